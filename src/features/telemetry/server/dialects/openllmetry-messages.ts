import type { SpanMessages, StoredSpan } from "./dialect.ts";
import { firstString, isRecord, type JsonRecord, parsedValue, unquotedValue } from "./json-values.ts";
import { readLangChainMessages } from "./langchain-messages.ts";
import { readOtelGenAiMessages } from "./otel-genai-messages.ts";
import { toolMessages } from "./tool-messages.ts";

/**
 * Reads the chat of a span: of a model call in the conventions' forms, of a workflow, task, agent or tool
 * from what went into the entity and came out of it.
 */
export function readOpenLLMetryMessages(span: StoredSpan): SpanMessages {
  const attributes = span.attributes;
  const input = attributes["traceloop.entity.input"];
  const output = attributes["traceloop.entity.output"];
  if (input === undefined && output === undefined) {
    return hasTraceloop(attributes) ? readOtelGenAiMessages(span) : { input: [], output: [] };
  }
  if (span.operation === "execute_tool" || attributes["traceloop.span.kind"] === "tool") {
    const result = toolOutput(output);
    return toolMessages(
      firstString(attributes["gen_ai.tool.name"], attributes["traceloop.entity.name"]),
      firstString(attributes["gen_ai.tool.call.id"]) ?? result.callId,
      toolInput(input),
      result.value,
    );
  }
  return {
    input: readLangChainMessages(callArguments(input), "user"),
    output: readLangChainMessages(unquotedValue(output), "assistant"),
  };
}

function hasTraceloop(attributes: JsonRecord): boolean {
  return (
    attributes["traceloop.span.kind"] !== undefined ||
    attributes["traceloop.workflow.name"] !== undefined ||
    attributes["llm.request.type"] !== undefined
  );
}

/** The decorators record a call as `{args, kwargs}`; where all arguments have names, those are the arguments. */
function callArguments(input: unknown): unknown {
  const value = parsedValue(input);
  if (!isRecord(value) || !Array.isArray(value.args) || !isRecord(value.kwargs)) return value;
  return value.args.length === 0 ? value.kwargs : value;
}

/** LangChain's callback records `{input_str, inputs, tags, metadata, kwargs}` of a tool. */
function toolInput(input: unknown): unknown {
  const value = callArguments(input);
  if (!isRecord(value)) return value;
  return value.inputs ?? value.input_str ?? value;
}

function toolOutput(output: unknown): { value: unknown; callId?: string | undefined } {
  const value = unquotedValue(output);
  const inner = isRecord(value) && value.output !== undefined ? parsedValue(value.output) : value;
  const message = isRecord(inner) && isRecord(inner.kwargs) ? inner.kwargs : inner;
  if (!isRecord(message) || message.content === undefined) return { value: inner };
  return { value: message.content, callId: firstString(message.tool_call_id) };
}

import type { Message } from "../../telemetry-contract.ts";
import { firstString, isRecord, type JsonRecord, parsedValue } from "./json-values.ts";
import { readMessagesJson, withFinishReason } from "./messages-json.ts";

/** Keys under which a chain's state or a callback's payload holds what matters. */
const WRAPPERS = new Set(["inputs", "outputs", "output", "input"]);

/**
 * Reads the input or output of a LangChain run: messages as the library serialises them
 * (`{lc: 1, type: "constructor", kwargs}`), as it dumps them (`{type: "human", content, …}`), or the
 * generations of a model. Anything else reads as it would in any dialect. Never throws.
 */
export function readLangChainMessages(attribute: unknown, role: string): Message[] {
  if (attribute === undefined || attribute === null || attribute === "") return [];
  const value = unwrap(parsedValue(attribute));
  if (isRecord(value) && Array.isArray(value.generations)) return generations(value.generations);
  return readMessagesJson(canonical(value), role);
}

/** What callbacks write beside the value itself. */
const BOOKKEEPING = new Set(["tags", "metadata", "kwargs"]);

/**
 * The value inside a callback's payload (`{inputs, tags, metadata, kwargs}`) or a run with a single field
 * (`{output}`). A state with more fields stays whole, and so does a list under `output`, which is how
 * OpenAI's Responses API answers.
 */
function unwrap(value: unknown): unknown {
  let inner = value;
  for (let level = 0; level < 2 && isRecord(inner); level++) {
    const fields = Object.keys(inner).filter((key) => !BOOKKEEPING.has(key));
    const field = fields[0];
    if (fields.length !== 1 || field === undefined || !WRAPPERS.has(field)) break;
    if (field === "output" && Array.isArray(inner.output)) break;
    inner = parsedValue(inner[field]);
  }
  return inner;
}

/** A model's answer: one list of candidates per prompt of a batch. */
function generations(list: unknown[]): Message[] {
  return list.flat(1).flatMap((generation) => {
    if (!isRecord(generation)) return [];
    const info = isRecord(generation.generation_info) ? generation.generation_info : {};
    const messages = readMessagesJson(canonical(generation.message ?? generation.text), "assistant");
    return withFinishReason(messages, firstString(info.finish_reason));
  });
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (!isRecord(value)) return value;
  if (value.lc === 1 && isRecord(value.kwargs)) return { ...value, kwargs: plainMessage(value.kwargs) };
  if (isDumpedMessage(value)) return { ...plainMessage(value), role: ROLES.get(String(value.type)) };
  if (Array.isArray(value.messages)) return { ...value, messages: value.messages.map(canonical) };
  return value;
}

/** Values of `type` by which LangChain tells its messages apart. */
const ROLES = new Map([
  ["human", "user"],
  ["HumanMessage", "user"],
  ["ai", "assistant"],
  ["AIMessage", "assistant"],
  ["AIMessageChunk", "assistant"],
  ["system", "system"],
  ["SystemMessage", "system"],
  ["tool", "tool"],
  ["ToolMessage", "tool"],
]);

function isDumpedMessage(value: JsonRecord): boolean {
  return value.content !== undefined && typeof value.type === "string" && ROLES.has(value.type);
}

const CALL_PARTS = new Set(["tool_use", "tool_call", "function_call"]);

/**
 * A message's fields in the places where other dialects keep them. Providers' own parts for tool calls are
 * left out where LangChain's list of the same calls is there too.
 */
function plainMessage(fields: JsonRecord): JsonRecord {
  const extra = isRecord(fields.additional_kwargs) ? fields.additional_kwargs : {};
  const response = isRecord(fields.response_metadata) ? fields.response_metadata : {};
  const own = Array.isArray(fields.tool_calls) && fields.tool_calls.length > 0;
  const { type: _type, ...rest } = fields;
  const given = fields.content;
  const content =
    own && Array.isArray(given)
      ? given.filter((part) => !(isRecord(part) && CALL_PARTS.has(String(part.type))))
      : given;
  return {
    ...rest,
    ...(ROLES.has(String(fields.type)) && { type: shortType(String(fields.type)) }),
    content,
    tool_calls: own ? fields.tool_calls : extra.tool_calls,
    reasoning_content: fields.reasoning_content ?? extra.reasoning_content,
    finish_reason: firstString(fields.finish_reason, response.finish_reason, response.stop_reason),
  };
}

function shortType(type: string): string {
  return type.replace(/Message(Chunk)?$/, "").toLowerCase();
}

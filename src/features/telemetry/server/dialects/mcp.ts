import type { SpanView } from "../span-view.ts";
import type { Dialect, SpanFacts } from "./dialect.ts";
import { otelGenAi } from "./otel-genai.ts";
import { readOtelGenAiFacts } from "./otel-genai-facts.ts";
import { dropUsage } from "./token-buckets.ts";

/** OTLP's SpanKind for the answer to a call from another process. */
const SERVER = 2;
const TOOL_CALL = "tools/call";
/**
 * The Microsoft Agent Framework writes an MCP client's span below its own `execute_tool` of the same call.
 * Source: microsoft/agent-framework, pull request 6349.
 */
const NESTING_SCOPE = "agent_framework";

/**
 * Model Context Protocol: spans of the OpenTelemetry MCP conventions, which name the request in
 * `mcp.method.name` and put the GenAI tool attributes beside it.
 *
 * One call of a tool is two spans, CLIENT and SERVER, and both say `execute_tool`. The one on the client's
 * side is the call. The server's is a step below it and has no usage, so that tool calls and tokens count
 * once. A server span without a parent is the only record of its call and stays the tool call.
 * Source: OpenTelemetry semantic conventions for MCP.
 */
export const mcp: Dialect = {
  name: "mcp",
  recognises: (span) => span.attributes.has("mcp.method.name"),
  readFacts: readMcpFacts,
  contentKeys: otelGenAi.contentKeys,
  readMessages: otelGenAi.readMessages,
};

function readMcpFacts(span: SpanView, facts: SpanFacts): void {
  readOtelGenAiFacts(span, facts);
  if (span.attributes.text("mcp.method.name") !== TOOL_CALL) return;
  facts.operation = "execute_tool";
  if (!span.attributes.has("gen_ai.tool.name")) facts.toolName = toolInSpanName(span.name);
  if (span.hasParent && (span.kind === SERVER || span.origin.scopeName === NESTING_SCOPE)) {
    facts.operation = "chain";
    dropUsage(facts);
  }
}

/** The conventions name the span `tools/call {tool}`. */
function toolInSpanName(name: string): string {
  return name.startsWith(`${TOOL_CALL} `) ? name.slice(TOOL_CALL.length + 1) : "";
}

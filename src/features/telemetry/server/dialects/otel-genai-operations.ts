import type { Operation } from "../../telemetry-contract.ts";

/**
 * Values of `gen_ai.operation.name`, those of the conventions first, then words that emitters use of their
 * own accord. Source: OpenTelemetry semantic conventions for GenAI, `gen_ai.operation.name`.
 */
const OPERATION_NAMES: readonly (readonly [string, Operation])[] = [
  ["chat", "chat"],
  ["generate_content", "generate_content"],
  ["text_completion", "text_completion"],
  ["embeddings", "embeddings"],
  ["retrieval", "retrieval"],
  ["execute_tool", "execute_tool"],
  ["create_agent", "create_agent"],
  ["invoke_agent", "invoke_agent"],
  ["invoke_workflow", "invoke_workflow"],
  ["plan", "plan"],
  ["create_memory", "memory"],
  ["update_memory", "memory"],
  ["upsert_memory", "memory"],
  ["search_memory", "memory"],
  ["delete_memory", "memory"],
  ["create_memory_store", "memory"],
  ["delete_memory_store", "memory"],
  ["rerank", "rerank"],
  ["chain", "chain"],
  ["agent_step", "chain"],
  ["step", "chain"],
  ["task", "chain"],
  ["handoff", "chain"],
  ["execute_event_loop_cycle", "chain"],
  ["speech_group", "chain"],
  ["speech", "generate_content"],
  ["transcription", "generate_content"],
  ["workflow", "invoke_workflow"],
  ["agent", "invoke_agent"],
  ["tool", "execute_tool"],
  ["tool_call", "execute_tool"],
  ["completion", "text_completion"],
  ["responses", "chat"],
  ["message", "chat"],
  ["llm", "chat"],
  ["chat.completions", "chat"],
  ["text.completions", "text_completion"],
  ["embedding", "embeddings"],
  ["retriever", "retrieval"],
  ["search", "retrieval"],
  ["guardrail", "guardrail"],
  ["evaluate", "evaluator"],
  ["evaluator", "evaluator"],
  ["decide", "evaluator"],
  ["ai.generateSpeech", "generate_content"],
  ["ai.transcribe", "generate_content"],
  ["ai.streamTranscribe", "generate_content"],
];
const BY_NAME = new Map(OPERATION_NAMES);

/** The operation a value of `gen_ai.operation.name` or `llm.request.type` stands for; "" when unknown. */
export function operationNamed(name: string): Operation | "" {
  return BY_NAME.get(name) ?? BY_NAME.get(name.toLowerCase()) ?? "";
}

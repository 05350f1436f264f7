import type { MappingTarget } from "#features/telemetry/telemetry-mapping-contract.ts";

/** What people call the targets, grouped as the menu shows them. */
export const TARGET_GROUPS: readonly { label: string; targets: readonly MappingTarget[] }[] = [
  {
    label: "Who",
    targets: ["agent_name", "agent_id", "agent_version", "session_id", "user_id", "environment", "tags"],
  },
  {
    label: "What",
    targets: ["operation", "model", "provider", "tool_name", "finish_reason", "input", "output"],
  },
  {
    label: "How much",
    targets: [
      "input_tokens",
      "output_tokens",
      "cache_read_tokens",
      "cache_write_tokens",
      "reasoning_tokens",
      "cost_usd",
    ],
  },
];

export const TARGET_LABELS: Record<MappingTarget, string> = {
  operation: "Operation",
  agent_name: "Agent",
  agent_id: "Agent id",
  agent_version: "Agent version",
  model: "Model",
  provider: "Provider",
  tool_name: "Tool",
  session_id: "Session",
  user_id: "User",
  environment: "Environment",
  finish_reason: "Finish reason",
  input_tokens: "Input tokens",
  output_tokens: "Output tokens",
  cache_read_tokens: "Cache read tokens",
  cache_write_tokens: "Cache write tokens",
  reasoning_tokens: "Reasoning tokens",
  cost_usd: "Cost in USD",
  tags: "Tags",
  input: "Input messages",
  output: "Output messages",
};

import { describe } from "vitest";
import { checkDialect } from "./testing/dialect-cases.ts";

// Written from the documented attributes (Semantic Kernel and Agent Framework, observability), not from recordings.
describe("Semantic Kernel spans", () => {
  checkDialect("otel_genai", {
    "a chat completion: counts and finish reason under names of its own, events for the whole content": {
      name: "chat.completions gpt-4o",
      scopeName: "semantic_kernel.utils.telemetry.model_diagnostics.decorators",
      attributes: {
        "gen_ai.operation.name": "chat.completions",
        "gen_ai.system": "openai",
        "gen_ai.request.model": "gpt-4o",
        "gen_ai.response.finish_reason": "FinishReason.TOOL_CALLS,FinishReason.STOP",
        "gen_ai.response.prompt_tokens": 16,
        "gen_ai.response.completion_tokens": 28,
      },
      events: [
        {
          name: "gen_ai.content.prompt",
          attributes: { "gen_ai.prompt": '[{"role":"user","content":"Why is the sky blue?"}]' },
        },
        {
          name: "gen_ai.content.completion",
          attributes: { "gen_ai.completion": '[{"role":"assistant","content":"Scattering."}]' },
        },
      ],
      facts: {
        operation: "chat",
        provider: "openai",
        model: "gpt-4o",
        requestModel: "gpt-4o",
        finishReason: "tool_calls",
        inputUncached: 16,
        output: 28,
      },
      input: [{ role: "user", content: "Why is the sky blue?" }],
      output: [{ role: "assistant", content: "Scattering." }],
    },
    "a text completion in .NET, with a plain finish reason": {
      scopeName: "Microsoft.SemanticKernel.Diagnostics",
      attributes: {
        "gen_ai.operation.name": "text.completions",
        "gen_ai.request.model": "m",
        "gen_ai.response.finish_reason": "Stop",
      },
      facts: { operation: "text_completion", model: "m", requestModel: "m", finishReason: "Stop" },
    },
    "an agent": {
      name: "invoke_agent Host",
      scopeName: "Microsoft.SemanticKernel.Agents",
      attributes: {
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.agent.id": "a1",
        "gen_ai.agent.name": "Host",
      },
      facts: { operation: "invoke_agent", agentId: "a1", agentName: "Host" },
    },
    "an agent of the Agent Framework: the framework is no provider": {
      name: "invoke_agent Joker",
      scopeName: "agent_framework",
      attributes: {
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.provider.name": "microsoft.agent_framework",
        "gen_ai.agent.name": "Joker",
        "gen_ai.usage.input_tokens": 26,
        "gen_ai.usage.output_tokens": 29,
      },
      facts: { operation: "invoke_agent", agentName: "Joker" },
    },
  });
});

describe("workflow spans of the Microsoft Agent Framework", () => {
  checkDialect("ms_agent_framework", {
    "a run": {
      name: "workflow.run",
      scopeName: "agent_framework",
      attributes: { "workflow.id": "w", "workflow.name": "review" },
      facts: { operation: "invoke_workflow" },
    },
    "a run in .NET": {
      name: "workflow_invoke w1",
      scopeName: "Microsoft.Agents.AI.Workflows",
      attributes: { "workflow.id": "w1" },
      facts: { operation: "invoke_workflow" },
    },
    "an executor": {
      name: "executor.process writer",
      scopeName: "agent_framework",
      attributes: { "executor.id": "writer", "executor.type": "AgentExecutor" },
      facts: { operation: "chain" },
    },
    "a message passed along an edge": {
      name: "message.send",
      scopeName: "agent_framework",
      attributes: { "message.type": "str" },
      facts: {},
    },
  });
});

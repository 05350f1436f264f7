import { describe } from "vitest";
import { checkDialect } from "./testing/dialect-cases.ts";

// Written from the attributes that crewai.telemetry sets, not from a recording.
const scopeName = "crewai.telemetry";

describe("CrewAI's usage statistics", () => {
  checkDialect("crewai_telemetry", {
    "a crew is created": {
      name: "Crew Created",
      scopeName,
      attributes: { crew_key: "k", crew_id: "i", crew_agents: '[{"role":"Researcher","llm":"gpt-4o"}]' },
      facts: {},
    },
    "a task is created": {
      name: "Task Created",
      scopeName,
      attributes: { crew_key: "k", task_key: "t", task_id: "i", agent_role: "Researcher" },
      facts: { agentName: "Researcher" },
    },
    "a tool was used: not a tool call, nor a model call": {
      name: "Tool Usage",
      scopeName,
      attributes: { tool_name: "search", attempts: 1, llm: "gpt-4o", agent_role: "Researcher" },
      facts: { agentName: "Researcher", toolName: "search" },
    },
    "a shared task failed": {
      name: "Task Execution",
      scopeName,
      statusCode: 2,
      attributes: {
        task_key: "t",
        error_type: "ValueError",
        formatted_description: "Find out.",
        task_output: "Found out.",
      },
      facts: { errorType: "ValueError" },
      input: [{ role: "user", content: "Find out." }],
      output: [{ role: "assistant", content: "Found out." }],
    },
  });
});

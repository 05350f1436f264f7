import type { Snippet } from "./snippet.ts";

/** Agents that report by themselves, without OpenTelemetry. */
export const agentApi: Snippet = {
  id: "api",
  label: "REST",
  intro: "No OpenTelemetry at hand? Agents can say over REST that they live, what they did and how it went.",
  steps: ({ api, key }) => [
    {
      title: "A heartbeat: the agent appears; the answer says whether to go on",
      code: `curl -sS "${api}/api/v1/agents/my-agent/heartbeat" \\
  -H "content-type: application/json" -H "x-api-key: ${key}" \\
  -d '{"status": "running", "version": "1.0.0"}'`,
    },
    {
      title: "What happened: one event, or a list of up to 10,000",
      code: `curl -sS "${api}/api/v1/agents/my-agent/events" \\
  -H "content-type: application/json" -H "x-api-key: ${key}" \\
  -d '{"type": "response", "content": "It ships on Monday.", "response_time_ms": 840, "token_count": 312, "model_used": "gpt-5-mini", "user_id": "mira"}'`,
    },
  ],
};

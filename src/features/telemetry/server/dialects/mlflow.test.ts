import { describe } from "vitest";
import { checkDialect } from "./testing/dialect-cases.ts";

// Written from the documented attributes (mlflow.tracing.constant), not from a recording.
const json = JSON.stringify;
const messages = [{ role: "user", content: "Weather in Oslo?" }];
const answer = { choices: [{ finish_reason: "stop", message: { role: "assistant", content: "Rain." } }] };
const usage = { input_tokens: 100, output_tokens: 20, total_tokens: 120, cache_read_input_tokens: 60 };

describe("MLflow spans", () => {
  checkDialect("mlflow", {
    "a chat model: values in JSON's quotation marks, cache inside the input": {
      name: "Completions",
      attributes: {
        "mlflow.spanType": json("CHAT_MODEL"),
        "mlflow.llm.model": json("gpt-4o-mini"),
        "mlflow.llm.provider": json("openai"),
        "mlflow.message.format": json("openai"),
        "mlflow.chat.tokenUsage": json(usage),
        "mlflow.spanInputs": json({ messages, model: "gpt-4o-mini" }),
        "mlflow.spanOutputs": json(answer),
        "session.id": "s",
      },
      facts: {
        operation: "chat",
        model: "gpt-4o-mini",
        requestModel: "gpt-4o-mini",
        provider: "openai",
        sessionId: "s",
        inputUncached: 40,
        cacheRead: 60,
        output: 20,
      },
      input: [{ role: "user", content: "Weather in Oslo?" }],
      output: [{ role: "assistant", content: "Rain.", finish_reason: "stop" }],
    },
    "Anthropic's counts: cache beside the input": {
      attributes: {
        "mlflow.spanType": json("CHAT_MODEL"),
        "mlflow.message.format": json("anthropic"),
        "mlflow.chat.tokenUsage": json(usage),
      },
      facts: { operation: "chat", inputUncached: 100, cacheRead: 60, output: 20 },
    },
    "a model that is only among the arguments, and one in a message that is not it": {
      attributes: {
        "mlflow.spanType": json("LLM"),
        "mlflow.spanInputs": json({ prompt: 'Say {"model":"fake"}', model: "gpt-4" }),
      },
      facts: { operation: "chat", model: "gpt-4", requestModel: "gpt-4" },
      input: [{ role: "user", content: 'Say {"model":"fake"}' }],
    },
    "values without quotation marks, as other exporters of the schema write them": {
      attributes: { "mlflow.spanType": "EMBEDDING", "mlflow.llm.model": "e-3" },
      facts: { operation: "embeddings", model: "e-3", requestModel: "e-3" },
    },
    "an agent repeats the usage of its calls": {
      name: "planner",
      attributes: {
        "mlflow.spanType": json("AGENT"),
        "mlflow.chat.tokenUsage": json(usage),
        "mlflow.spanInputs": json({ question: "Oslo?" }),
        "mlflow.spanOutputs": json("Rain."),
      },
      facts: { operation: "invoke_agent", agentName: "planner" },
      input: [{ role: "user", content: [{ type: "data", data: { question: "Oslo?" } }] }],
      output: [{ role: "assistant", content: "Rain." }],
    },
    "a tool": {
      name: "weather",
      attributes: {
        "mlflow.spanType": json("TOOL"),
        "mlflow.spanInputs": json({ city: "Oslo" }),
        "mlflow.spanOutputs": json("Rain."),
      },
      facts: { operation: "execute_tool", toolName: "weather" },
      input: [{ role: "tool", name: "weather", content: [{ type: "data", data: { city: "Oslo" } }] }],
      output: [{ role: "tool", name: "weather", content: "Rain." }],
    },
    "a retriever": {
      attributes: {
        "mlflow.spanType": json("RETRIEVER"),
        "mlflow.spanInputs": json("Oslo"),
        "mlflow.spanOutputs": json([{ page_content: "Rain.", metadata: {} }]),
      },
      facts: { operation: "retrieval" },
      input: [{ role: "user", content: "Oslo" }],
      output: [
        { role: "tool", content: [{ type: "data", data: [{ page_content: "Rain.", metadata: {} }] }] },
      ],
    },
    "a type of the application's own": {
      attributes: { "mlflow.spanType": json("ROUTER"), "mlflow.spanInputs": "{cut short" },
      facts: { operation: "chain" },
      input: [{ role: "user", content: "{cut short" }],
    },
  });
});

import { describe, expect, it } from "vitest";
import type { Message } from "../../telemetry-contract.ts";
import { readMessages } from "./registry.ts";
import { type TestSpanInput, testSpan } from "./testing/otlp-json.ts";

interface Case extends TestSpanInput {
  input?: Message[];
  output?: Message[];
}

function check(dialect: string, cases: Record<string, Case>): void {
  it.each(Object.entries(cases))("%s", (_what, { input = [], output = [], ...span }) => {
    expect(readMessages(dialect, testSpan(span).stored)).toEqual({ input, output });
  });
}

const user: Message = { role: "user", content: "Weather in Oslo?" };
const call = { id: "c1", name: "weather", arguments: '{"city":"Oslo"}' };
const asked: Message = { role: "assistant", content: "", tool_calls: [call] };
const answered: Message = { role: "tool", content: "rain", name: "weather", tool_call_id: "c1" };
const said: Message = { role: "assistant", content: "It rains.", finish_reason: "stop" };

describe("messages of OpenTelemetry GenAI spans", () => {
  check("otel_genai", {
    "before 1.28: flattened lists, in the order of their indices": {
      attributes: {
        "gen_ai.prompt.10.role": "tool",
        "gen_ai.prompt.10.content": "rain",
        "gen_ai.prompt.10.tool_call_id": "c1",
        "gen_ai.prompt.2.role": "assistant",
        "gen_ai.prompt.2.tool_calls.0.id": "c1",
        "gen_ai.prompt.2.tool_calls.0.name": "weather",
        "gen_ai.prompt.2.tool_calls.0.arguments": '{"city":"Oslo"}',
        "gen_ai.prompt.0.role": "user",
        "gen_ai.prompt.0.content": '[{"type":"text","text":"Weather in Oslo?"}]',
        "gen_ai.completion.0.role": "assistant",
        "gen_ai.completion.0.content": "It rains.",
        "gen_ai.completion.0.finish_reason": "stop",
      },
      input: [user, asked, answered],
      output: [said],
    },
    "before 1.28: JSON attributes": {
      attributes: {
        "gen_ai.prompt": '[{"role":"user","content":"Weather in Oslo?"}]',
        "gen_ai.completion": '[{"role":"assistant","content":"It rains.","finish_reason":"stop"}]',
      },
      input: [user],
      output: [said],
    },
    "before 1.28: events for the whole prompt and completion": {
      events: [
        {
          name: "gen_ai.content.prompt",
          attributes: { "gen_ai.prompt": '[{"role":"user","content":"Weather in Oslo?"}]' },
        },
        { name: "gen_ai.content.completion", attributes: { "gen_ai.completion": "It rains." } },
      ],
      input: [user],
      output: [{ role: "assistant", content: "It rains." }],
    },
    "1.28: an event per message": {
      attributes: { "gen_ai.response.finish_reasons": ["stop"] },
      events: [
        { name: "gen_ai.system.message", attributes: { content: "Be brief." } },
        { name: "gen_ai.user.message", attributes: { content: "Weather in Oslo?" } },
        {
          name: "gen_ai.assistant.message",
          attributes: {
            tool_calls:
              '[{"id":"c1","type":"function","function":{"name":"weather","arguments":"{\\"city\\":\\"Oslo\\"}"}}]',
          },
        },
        { name: "gen_ai.tool.message", attributes: { id: "c1", content: "rain" } },
        { name: "exception", attributes: { "exception.type": "Noise" } },
        {
          name: "gen_ai.choice",
          attributes: {
            index: 0,
            message: '{"role":"assistant","content":"It rains."}',
            finish_reason: "stop",
          },
        },
      ],
      input: [{ role: "system", content: "Be brief." }, user, asked, answered],
      output: [said],
    },
    "1.28: an event's body in one attribute, and a choice that is a list of parts": {
      events: [
        {
          name: "gen_ai.user.message",
          attributes: { "gen_ai.event.content": '{"role":"user","content":"Weather in Oslo?"}' },
        },
        { name: "gen_ai.choice", attributes: { message: '[{"text":"It rains."}]', finish_reason: "stop" } },
      ],
      input: [user],
      output: [said],
    },
    "1.28: events whose content is one of Gemini's contents": {
      events: [
        {
          name: "gen_ai.user.message",
          attributes: { content: { role: "user", parts: [{ text: "Oslo?" }] } },
        },
        {
          name: "gen_ai.choice",
          attributes: {
            index: 0,
            finish_reason: "STOP",
            content: {
              role: "model",
              parts: [
                { text: "I ask." },
                { function_call: { id: "c1", name: "weather", args: { city: "Oslo" } } },
              ],
            },
          },
        },
      ],
      input: [{ role: "user", content: "Oslo?" }],
      output: [
        {
          role: "assistant",
          content: "I ask.",
          tool_calls: [{ id: "c1", name: "weather", arguments: '{"city":"Oslo"}' }],
          finish_reason: "STOP",
        },
      ],
    },
    "1.37: messages of parts, instructions beside them, both spellings of a result": {
      attributes: {
        "gen_ai.system_instructions":
          '[{"type":"text","content":"Be brief."},{"type":"text","content":"Be kind."}]',
        "gen_ai.input.messages": JSON.stringify([
          { role: "user", parts: [{ type: "text", content: "Weather in Oslo?" }] },
          {
            role: "assistant",
            parts: [{ type: "tool_call", id: "c1", name: "weather", arguments: { city: "Oslo" } }],
          },
          { role: "tool", parts: [{ type: "tool_call_response", id: "c1", result: "rain" }] },
          { role: "tool", parts: [{ type: "tool_call_response", id: "c1", response: { sky: "rain" } }] },
        ]),
        "gen_ai.output.messages": JSON.stringify([
          { role: "assistant", parts: [{ type: "text", content: "It rains." }], finish_reason: "stop" },
        ]),
      },
      input: [
        { role: "system", content: "Be brief.\nBe kind." },
        user,
        asked,
        answered,
        { ...answered, content: [{ type: "data", data: { sky: "rain" } }] },
      ],
      output: [said],
    },
    "1.37: structured attributes, and every kind of part": {
      attributes: {
        "gen_ai.output.messages": [
          {
            role: "assistant",
            parts: [
              { type: "reasoning", content: "Hm." },
              { type: "text", content: "Look." },
              { type: "blob", modality: "image", mime_type: "image/png", content: "iVBO" },
              { type: "blob", modality: "audio", mime_type: "audio/wav", content: "UklG" },
              { type: "uri", modality: "image", uri: "https://example.org/a.png" },
              { type: "file", modality: "document", file_id: "f1" },
              { type: "server_tool_call", id: "s1", name: "search", server_tool_call: { q: "Oslo" } },
              { type: "server_tool_call_response", id: "s1", server_tool_call_response: { hits: 1 } },
              { type: "hologram", size: 3 },
            ],
          },
        ],
      },
      output: [
        {
          role: "assistant",
          content: [
            { type: "reasoning", text: "Hm." },
            { type: "text", text: "Look." },
            { type: "image", url: "data:image/png;base64,iVBO" },
            { type: "audio", url: "data:audio/wav;base64,UklG" },
            { type: "image", url: "https://example.org/a.png" },
            { type: "file", name: "f1" },
            { type: "generic", data: { type: "hologram", size: 3 } },
          ],
          tool_calls: [{ id: "s1", name: "search", arguments: '{"q":"Oslo"}' }],
        },
        {
          role: "tool",
          content: [{ type: "data", data: { hits: 1 } }],
          name: "search",
          tool_call_id: "s1",
        },
      ],
    },
    "1.37: content on the details event": {
      events: [
        {
          name: "gen_ai.client.inference.operation.details",
          attributes: { "gen_ai.input.messages": '[{"role":"user","content":"Weather in Oslo?"}]' },
        },
      ],
      input: [user],
    },
    "Pydantic AI: events in one attribute": {
      attributes: {
        events: JSON.stringify([
          { "event.name": "gen_ai.user.message", role: "user", content: "Weather in Oslo?" },
          {
            "event.name": "gen_ai.choice",
            index: 0,
            message: {
              role: "assistant",
              tool_calls: [
                { id: "c1", type: "function", function: { name: "weather", arguments: { city: "Oslo" } } },
              ],
            },
          },
        ]),
      },
      input: [user],
      output: [asked],
    },
    "Pydantic AI: an agent's conversation": {
      attributes: {
        "pydantic_ai.all_messages": [
          { role: "user", parts: [{ type: "text", content: "Weather in Oslo?" }] },
          { role: "assistant", parts: [{ type: "text", content: "It rains." }], finish_reason: "stop" },
        ],
      },
      input: [user],
      output: [said],
    },
    "a prompt and its system prompt in one object": {
      attributes: { "gen_ai.input.messages": '{"prompt":"Weather in Oslo?","system":"Be brief."}' },
      input: [{ role: "system", content: "Be brief." }, user],
    },
    "messages serialised by LangChain": {
      attributes: {
        "gen_ai.prompt": JSON.stringify({
          messages: [
            [
              {
                lc: 1,
                type: "constructor",
                id: ["x", "HumanMessage"],
                kwargs: { content: "Weather in Oslo?" },
              },
              {
                lc: 1,
                type: "constructor",
                id: ["x", "AIMessage"],
                kwargs: {
                  content: "",
                  type: "ai",
                  tool_calls: [{ name: "weather", args: { city: "Oslo" }, id: "c1", type: "tool_call" }],
                },
              },
            ],
          ],
        }),
      },
      input: [user, asked],
    },
    "JSON that was cut short is shown as the text it is": {
      attributes: { "gen_ai.input.messages": '[{"role":"user","content":"Wea' },
      input: [{ role: "user", content: '[{"role":"user","content":"Wea' }],
    },
    "a tool's arguments and result": {
      operation: "execute_tool",
      attributes: {
        "gen_ai.tool.name": "weather",
        "gen_ai.tool.call.id": "c1",
        "gen_ai.tool.call.arguments": '{"city":"Oslo"}',
        "gen_ai.tool.call.result": '{"content":[{"type":"text","text":"rain"}]}',
      },
      input: [
        {
          role: "tool",
          content: [{ type: "data", data: { city: "Oslo" } }],
          name: "weather",
          tool_call_id: "c1",
        },
      ],
      output: [answered],
    },
  });
});

describe("messages of OpenInference spans", () => {
  check("openinference", {
    "flattened messages with calls, contents and an image": {
      attributes: {
        "openinference.span.kind": "LLM",
        "llm.input_messages.0.message.role": "user",
        "llm.input_messages.0.message.contents.0.message_content.type": "text",
        "llm.input_messages.0.message.contents.0.message_content.text": "Weather here?",
        "llm.input_messages.0.message.contents.1.message_content.type": "image",
        "llm.input_messages.0.message.contents.1.message_content.image.image.url":
          "https://example.org/a.png",
        "llm.input_messages.1.message.role": "assistant",
        "llm.input_messages.1.message.tool_calls.0.tool_call.id": "c1",
        "llm.input_messages.1.message.tool_calls.0.tool_call.function.name": "weather",
        "llm.input_messages.1.message.tool_calls.0.tool_call.function.arguments": '{"city":"Oslo"}',
        "llm.input_messages.2.message.role": "tool",
        "llm.input_messages.2.message.content": "rain",
        "llm.input_messages.2.message.tool_call_id": "c1",
        "llm.output_messages.0.message.role": "assistant",
        "llm.output_messages.0.message.content": "It rains.",
        "llm.finish_reason": "stop",
        "input.value": "not read, since there are messages",
      },
      input: [
        {
          role: "user",
          content: [
            { type: "text", text: "Weather here?" },
            { type: "image", url: "https://example.org/a.png" },
          ],
        },
        asked,
        answered,
      ],
      output: [said],
    },
    "a list that was not flattened": {
      attributes: {
        "llm.input_messages": '[{"message.role":"user","message.content":"Weather in Oslo?"}]',
      },
      input: [user],
    },
    "a provider's request and response": {
      attributes: {
        "input.value": '{"model":"m","messages":[{"role":"user","content":"Weather in Oslo?"}]}',
        "output.value":
          '{"choices":[{"finish_reason":"stop","message":{"role":"assistant","content":"It rains."}}]}',
      },
      input: [user],
      output: [said],
    },
    "legacy prompts and choices": {
      attributes: { "llm.prompts": '["Weather in Oslo?"]', "llm.choices.0.completion.text": "It rains." },
      input: [user],
      output: [{ role: "assistant", content: "It rains." }],
    },
    "documents found": {
      attributes: {
        "openinference.span.kind": "RETRIEVER",
        "input.value": "Weather in Oslo?",
        "retrieval.documents.0.document.id": "d1",
        "retrieval.documents.0.document.content": "rain",
        "retrieval.documents.0.document.score": 0.5,
        "retrieval.documents.0.document.metadata": '{"page":1}',
      },
      input: [user],
      output: [
        {
          role: "tool",
          content: [
            { type: "data", data: [{ id: "d1", content: "rain", score: 0.5, metadata: { page: 1 } }] },
          ],
        },
      ],
    },
    "a tool": {
      name: "weather",
      attributes: {
        "openinference.span.kind": "TOOL",
        "tool.parameters": '{"city":"Oslo"}',
        "output.value": "rain",
      },
      input: [{ role: "tool", content: [{ type: "data", data: { city: "Oslo" } }], name: "weather" }],
      output: [{ role: "tool", content: "rain", name: "weather" }],
    },
  });
});

describe("messages of Vercel AI SDK spans", () => {
  check("vercel_ai_sdk", {
    "a model call with a tool result in its history": {
      attributes: {
        "ai.prompt.messages": JSON.stringify([
          { role: "system", content: "Be brief." },
          { role: "user", content: [{ type: "text", text: "Weather in Oslo?" }] },
          {
            role: "assistant",
            content: [{ type: "tool-call", toolCallId: "c1", toolName: "weather", input: { city: "Oslo" } }],
          },
          {
            role: "tool",
            content: [
              {
                type: "tool-result",
                toolCallId: "c1",
                toolName: "weather",
                output: { type: "text", value: "rain" },
              },
            ],
          },
        ]),
        "ai.response.text": "It rains.",
        "ai.response.finishReason": "stop",
      },
      input: [{ role: "system", content: "Be brief." }, user, asked, answered],
      output: [said],
    },
    "the outer span's prompt": {
      attributes: {
        "ai.prompt": '{"system":"Be brief.","prompt":"Weather in Oslo?"}',
        "ai.response.toolCalls":
          '[{"toolCallId":"c1","toolName":"weather","args":"{\\"city\\":\\"Oslo\\"}"}]',
      },
      input: [{ role: "system", content: "Be brief." }, user],
      output: [asked],
    },
    "an object that was asked for": {
      attributes: { "ai.response.object": '{"sky":"rain"}' },
      output: [{ role: "assistant", content: [{ type: "data", data: { sky: "rain" } }] }],
    },
    "embedded texts, each encoded as JSON": {
      attributes: { "ai.values": ['"Weather in Oslo?"'] },
      input: [user],
    },
    "version 7, where a message may hold plain content": {
      attributes: { "gen_ai.input.messages": '[{"role":"user","content":"Weather in Oslo?"}]' },
      input: [user],
    },
  });
});

describe("messages of any span", () => {
  check("", {
    "a span of no dialect with an input and an output": {
      attributes: { "input.value": "Weather in Oslo?", "output.value": '{"sky":"rain"}' },
      input: [user],
      output: [{ role: "assistant", content: [{ type: "data", data: { sky: "rain" } }] }],
    },
    "nothing where there is nothing": { attributes: { "http.request.method": "GET" } },
  });
  check("otel_genai", {
    "a span whose chat is in another dialect": {
      attributes: { ...{ "gen_ai.request.model": "m" }, "ai.prompt": '{"prompt":"Weather in Oslo?"}' },
      input: [user],
    },
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Message } from "#features/telemetry/telemetry-contract.ts";
import { foldThread, type ThreadCall } from "./thread.ts";

const said = (role: string, content: string): Message => ({ role, content });
const call = (span: string, input: Message[], output: Message[] = []): ThreadCall => ({
  trace_id: "t",
  span_id: span,
  start_time: "2026-11-21T09:00:00.000000000Z",
  agent: "a",
  model: "m",
  usage: { input_uncached: 1, cache_read: 0, cache_write: 0, output: 1, reasoning: 0 },
  input_messages: input,
  output_messages: output,
});
const texts = (calls: ThreadCall[]) =>
  foldThread(calls).messages.map(({ message, span_id }) => `${span_id}:${message.content}`);

describe("a thread", () => {
  it("has each message of a growing history once, where it first came up", () => {
    const [system, hi, hello] = [said("system", "be kind"), said("user", "hi"), said("assistant", "hello")];
    const calls = [
      call("1", [system, hi], [hello]),
      call("2", [system, hi, hello, said("user", "more")], [said("assistant", "sure")]),
    ];
    expect(texts(calls)).toEqual(["1:be kind", "1:hi", "1:hello", "2:more", "2:sure"]);
    expect(foldThread(calls).repeated).toBe(3);
  });

  it("hears someone twice who says the same twice", () => {
    const yes = said("user", "yes");
    const ok = said("assistant", "ok");
    const calls = [call("1", [yes], [ok]), call("2", [yes, ok, yes], [ok])];
    expect(texts(calls)).toEqual(["1:yes", "1:ok", "2:yes", "2:ok"]);
  });

  it("folds a call that another layer of instrumentation tells again", () => {
    const calls = [
      call("outer", [said("user", "hi")], [said("assistant", "hello")]),
      call("inner", [said("user", "hi")], [{ ...said("assistant", "hello"), finish_reason: "stop" }]),
    ];
    expect(texts(calls)).toEqual(["outer:hi", "outer:hello"]);
  });

  it("tells a call's tokens once, and keeps tool calls apart by their id", () => {
    const asks = (id: string): Message => ({
      role: "assistant",
      content: "",
      tool_calls: [{ id, name: "search", arguments: "{}" }],
    });
    const { messages } = foldThread([call("1", [], [asks("a"), asks("b")])]);
    expect(messages.map(({ usage }) => usage !== null)).toEqual([true, false]);
  });

  it("of a history that only grows is that history", () => {
    const word = fc.constantFrom("yes", "no", "why", "because");
    fc.assert(
      fc.property(fc.array(word, { maxLength: 20 }), (words) => {
        const history = words.map((text, at) => said(at % 2 ? "assistant" : "user", text));
        const calls = history.flatMap((message, at) =>
          message.role === "assistant" ? [call(String(at), history.slice(0, at), [message])] : [],
        );
        const rest = history.slice(0, history.findLastIndex((one) => one.role === "assistant") + 1);
        expect(foldThread(calls).messages.map((one) => one.message)).toEqual(rest);
      }),
    );
  });
});

import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { SpanFacts } from "./dialect.ts";
import { createFacts, readSpanFacts } from "./registry.ts";
import { spansOfOtlpJson } from "./testing/otlp-json.ts";
import { readJson, testDataFolder } from "./testing/test-data.ts";

const data = testDataFolder();

/** Facts of every span of a recorded trace, by the span's name. */
function recorded(file: string): (SpanFacts & { span: string; dialect: string })[] {
  return spansOfOtlpJson(readJson(join(data ?? "", "otlp", file))).map(({ view }) => {
    const facts = createFacts();
    const dialect = readSpanFacts(view, facts);
    return { ...facts, span: view.name, dialect };
  });
}

function named(spans: readonly { span: string; operation: string }[], operation: string): string[] {
  return spans.filter((span) => span.operation === operation).map((span) => span.span);
}

describe.skipIf(data === undefined)(
  "what single producers leave to be worked out (skipped: data not found)",
  () => {
    it("Agno: the tokens are those inside the provider's answers", () => {
      const spans = recorded("agno-2025-06-11.otlp.json");
      const calls = spans.filter((span) => span.operation === "chat");
      expect(calls.map((span) => [span.inputUncached, span.output])).toEqual([
        [663, 225],
        [163, 20],
      ]);
      const others = spans.filter((span) => span.operation !== "chat");
      expect(others.every((span) => span.inputUncached + span.output === 0)).toBe(true);
    });

    it("BeeAI: one tool call and one model call per call, one agent by its class", () => {
      const spans = recorded("beeai-2025-08-01.otlp.json");
      expect(named(spans, "execute_tool")).toEqual(["tool.search.wikipedia.success-12"]);
      expect(spans.find((span) => span.operation === "execute_tool")?.toolName).toBe("wikipedia");
      expect(named(spans, "chat").every((name) => name.startsWith("backend.openai.chat.success"))).toBe(true);
      expect(spans.filter((span) => span.operation === "invoke_agent").map((span) => span.agentName)).toEqual(
        ["ReActAgent"],
      );
    });

    it("Koog: nodes are steps of the run, tools and models what they were", () => {
      const spans = recorded("koog-2025-08-26.otlp.json");
      const nodes = spans.filter((span) => span.span.startsWith("node."));
      expect(nodes.length).toBe(5);
      expect(nodes.every((span) => span.dialect === "koog" && span.operation === "chain")).toBe(true);
      expect(named(spans, "execute_tool").sort()).toEqual(["tool.ByeTool", "tool.HelloTool"]);
      expect(named(spans, "chat")).toEqual(["llm.chat", "llm.chat"]);
    });
  },
);

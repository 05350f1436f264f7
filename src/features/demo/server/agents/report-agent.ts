import type { Attributes } from "@opentelemetry/api";
import { type PlannedSpan, SpanKind } from "../spans/planned-span.ts";
import type { PlannedAgent } from "./planned-agent.ts";

/** A span in the OpenInference convention: its kind, its input and its output. */
function span(
  kind: "AGENT" | "CHAIN" | "LLM" | "TOOL",
  name: string,
  ms: number,
  attributes: Attributes,
  children: PlannedSpan[] = [],
): PlannedSpan {
  return {
    name,
    kind: SpanKind.INTERNAL,
    attributes: { "openinference.span.kind": kind, ...attributes },
    ms,
    children,
  };
}

function json(side: "input" | "output", value: unknown): Attributes {
  return { [`${side}.value`]: JSON.stringify(value), [`${side}.mime_type`]: "application/json" };
}

const SYSTEM =
  "You write the nightly sales report. Query the warehouse first; never invent a figure. Three sentences at most.";

/** Writes the sales report of the night, in OpenInference's attributes; no user waits for it, so it is slow. */
export const reportAgent: PlannedAgent = {
  service: "nightly-report",
  scope: "openinference.instrumentation.langchain",
  weight: 1,
  plan(run, chance) {
    const cups = chance.between(180, 940);
    const revenue = cups * chance.between(3, 5);
    const sql = "select sum(cups) as cups, sum(total) as revenue from sales where day = yesterday()";
    const rows = [{ cups, revenue }];
    const report = `Yesterday the shops sold ${cups} cups for ${revenue} EUR. That is ${chance.between(1, 18)} % ${chance.pick(["more", "less"])} than the week before. Oat milk was in every third cup.`;
    const session = { "session.id": run.sessionId, "user.id": "scheduler", "agent.name": "report-agent" };
    const model = {
      "llm.model_name": "gpt-4.1",
      "llm.provider": "openai",
      "llm.system": "openai",
      "llm.invocation_parameters": JSON.stringify({ temperature: 0, max_tokens: 600 }),
      "llm.input_messages.0.message.role": "system",
      "llm.input_messages.0.message.content": SYSTEM,
      "llm.input_messages.1.message.role": "user",
      "llm.input_messages.1.message.content": "Write last night's sales report.",
    };
    const call = {
      id: `call_${chance.between(1000, 9999)}`,
      function: { name: "query_warehouse", arguments: JSON.stringify({ sql }) },
    };
    const ask = span("LLM", "ChatOpenAI", chance.duration(1_800), {
      ...session,
      ...model,
      "llm.output_messages.0.message.role": "assistant",
      "llm.output_messages.0.message.tool_calls.0.tool_call.id": call.id,
      "llm.output_messages.0.message.tool_calls.0.tool_call.function.name": call.function.name,
      "llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments": call.function.arguments,
      "llm.token_count.prompt": 412,
      "llm.token_count.completion": 38,
      "llm.token_count.total": 450,
    });
    const query = span("TOOL", "query_warehouse", chance.duration(4_000), {
      ...session,
      "tool.name": "query_warehouse",
      "tool.parameters": call.function.arguments,
      ...json("input", { sql }),
      ...json("output", rows),
    });
    const write = span("LLM", "ChatOpenAI", chance.duration(7_000), {
      ...session,
      ...model,
      "llm.input_messages.2.message.role": "assistant",
      "llm.input_messages.2.message.tool_calls.0.tool_call.id": call.id,
      "llm.input_messages.2.message.tool_calls.0.tool_call.function.name": call.function.name,
      "llm.input_messages.2.message.tool_calls.0.tool_call.function.arguments": call.function.arguments,
      "llm.input_messages.3.message.role": "tool",
      "llm.input_messages.3.message.tool_call_id": call.id,
      "llm.input_messages.3.message.content": JSON.stringify(rows),
      "llm.output_messages.0.message.role": "assistant",
      "llm.output_messages.0.message.content": report,
      "llm.token_count.prompt": 530,
      "llm.token_count.prompt_details.cache_read": 384,
      "llm.token_count.completion": 96,
      "llm.token_count.total": 626,
    });
    if (chance.happens(0.12)) {
      const error = {
        type: "WarehouseTimeout",
        message: "The query ran longer than 30 s and was cancelled.",
      };
      const root = span("AGENT", "nightly-report", 5, { ...session, ...json("input", "sales report") }, [
        ask,
        { ...query, ms: chance.duration(20_000), error },
      ]);
      return { ...root, error };
    }
    return span(
      "AGENT",
      "nightly-report",
      5,
      { ...session, ...json("input", "sales report"), "output.value": report },
      [span("CHAIN", "RunnableSequence", 3, session, [ask, query, write])],
    );
  },
};

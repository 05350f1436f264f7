import { type ChatMessage, type ChatTool, type ChatTurn, type ScriptedReply, textOf } from "./script.ts";
import { argumentsFor } from "./tool-arguments.ts";

const READ_VERBS = new Set(
  "get look lookup search find fetch check list read query retrieve ask show describe".split(" "),
);
const STOP_WORDS = new Set(
  "a an and are at by for from have how i in is it me my of on or our please the this to up us was we what where which who why with you your".split(
    " ",
  ),
);

/** `lookupOrder` and `lookup_order` as words: "lookup order". */
function spaced(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replaceAll("_", " ")
    .toLowerCase();
}

/** Words of a text that carry meaning, a plural `s` dropped. */
function wordsOf(text: string): string[] {
  return spaced(text)
    .split(/[^a-z0-9]+/)
    .filter((word) => word.length > 0 && !STOP_WORDS.has(word))
    .map((word) => (word.length > 3 && word.endsWith("s") ? word.slice(0, -1) : word));
}

/**
 * How well a tool fits a question; 0 is not at all. A tool that only reads fits by its noun ("lookupOrder" by
 * "order"); one that acts must be asked for by its verb ("refundOrder" by "refund"), so that a mere question
 * never acts.
 */
function fitness(tool: ChatTool, question: ReadonlySet<string>): number {
  const [verb = "", ...nouns] = wordsOf(tool.name);
  const reads = READ_VERBS.has(verb);
  if (!reads && !question.has(verb)) return 0;
  const named = nouns.filter((noun) => question.has(noun)).length + (reads ? 0 : 1);
  const described = new Set(wordsOf(tool.description).filter((word) => question.has(word))).size;
  if (named === 0 && described < 2) return 0;
  return named * 3 + described + (reads ? 1 : 0);
}

/** The tools a question calls for, those that read before those that act, best first. */
export function fittingTools(tools: readonly ChatTool[], question: string): ChatTool[] {
  const words = new Set(wordsOf(question));
  const acts = (tool: ChatTool) => (READ_VERBS.has(wordsOf(tool.name)[0] ?? "") ? 0 : 1);
  return tools
    .map((tool) => ({ tool, score: fitness(tool, words) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => acts(a.tool) - acts(b.tool) || b.score - a.score)
    .map(({ tool }) => tool);
}

/** What happened since the user last spoke: the calls made and the results that came back. */
function progress(messages: readonly ChatMessage[]): {
  question: string;
  calls: { id: string; name: string }[];
  results: { name: string; content: string }[];
} {
  const lastUser = messages.findLastIndex((message) => message.role === "user");
  const since = messages.slice(lastUser + 1);
  const calls = since.flatMap((message) =>
    (message.tool_calls ?? []).map((call) => ({ id: call.id, name: call.function.name })),
  );
  const results = since
    .filter((message) => message.role === "tool")
    .map((message) => ({
      name: calls.find((call) => call.id === message.tool_call_id)?.name ?? "tool",
      content: textOf(message),
    }));
  return { question: textOf(messages[lastUser]), calls, results };
}

/** A tool's result as words: `{"status":"shipped","eta":"Monday"}` becomes "status: shipped, eta: Monday". */
function spell(value: unknown): string {
  if (Array.isArray(value)) return value.map(spell).join("; ");
  if (value === null || typeof value !== "object") return String(value);
  return Object.entries(value)
    .map(([key, inner]) => `${spaced(key)}: ${spell(inner)}`)
    .join(", ");
}

function spellResult(content: string): string {
  try {
    return spell(JSON.parse(content));
  } catch {
    return content;
  }
}

/**
 * The default behaviour of the stub: a plausible model without a model. Given tools and a question it first
 * calls the fitting reading tools (in parallel when several fit, or when the question names several things),
 * then the acting ones, and at last answers with the results woven in. The same turn always gets the same
 * reply.
 */
export function brain(turn: ChatTurn): ScriptedReply {
  const { question, calls, results } = progress(turn.messages);
  const called = new Set(calls.map((call) => call.name));
  const open = fittingTools(turn.tools, question).filter((tool) => !called.has(tool.name));
  const reading = open.filter((tool) => READ_VERBS.has(wordsOf(tool.name)[0] ?? ""));
  const next = reading.length > 0 ? reading : open.slice(0, 1);
  if (next.length > 0) {
    return {
      reasoning: `The user asks: "${question}". I need ${next.map((tool) => tool.name).join(" and ")} first.`,
      toolCalls: next.flatMap((tool) =>
        argumentsFor(tool, question).map((args) => ({ name: tool.name, arguments: args })),
      ),
    };
  }
  if (results.length > 0) {
    return {
      text: `Here is what I found. ${results.map((result) => `${spellResult(result.content)}.`).join(" ")} Is there anything else I can do for you?`,
    };
  }
  return {
    text: `You asked: "${question}". I have no tool for that, so in short: it depends on the details, and I would gladly look further if you tell me more.`,
  };
}

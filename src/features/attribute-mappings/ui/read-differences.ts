import type { ReadSpan } from "#features/attribute-mappings/attribute-mapping-contract.ts";

/** One line of the comparison: what was read without the rules and with them. */
export interface ReadLine {
  label: string;
  before: string;
  after: string;
  changed: boolean;
}

const LINES: readonly (readonly [label: string, read: (span: ReadSpan) => string])[] = [
  ["Operation", (span) => span.operation],
  ["Agent", (span) => span.agent_name],
  ["Agent id", (span) => span.agent_id],
  ["Agent version", (span) => span.agent_version],
  ["Model", (span) => span.model],
  ["Provider", (span) => span.provider],
  ["Tool", (span) => span.tool_name],
  ["Session", (span) => span.session_id],
  ["User", (span) => span.user_id],
  ["Environment", (span) => span.environment],
  ["Finish reason", (span) => span.finish_reason],
  ["Tags", (span) => span.tags.join(", ")],
  ["Reported cost", (span) => (span.cost_usd === null ? "" : `$${span.cost_usd}`)],
  ["Tokens", (span) => usageText(span.usage)],
  ["Input", (span) => messagesText(span.input_messages)],
  ["Output", (span) => messagesText(span.output_messages)],
];

/** What a span reads as, line by line; lines that are empty on both sides are left out. */
export function readLines(before: ReadSpan, after: ReadSpan): ReadLine[] {
  return LINES.map(([label, read]) => {
    const texts = { before: read(before), after: read(after) };
    return { label, ...texts, changed: texts.before !== texts.after };
  }).filter((line) => line.before !== "" || line.after !== "");
}

function usageText(usage: ReadSpan["usage"]): string {
  return Object.entries(usage)
    .filter(([, count]) => count > 0)
    .map(([bucket, count]) => `${count.toLocaleString("en-US")} ${bucket.replaceAll("_", " ")}`)
    .join(", ");
}

function messagesText(messages: ReadSpan["input_messages"]): string {
  return messages
    .map(({ role, content }) => `${role}: ${typeof content === "string" ? content : JSON.stringify(content)}`)
    .join("\n");
}

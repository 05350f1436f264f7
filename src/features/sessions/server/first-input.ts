import type { Message } from "#features/telemetry/telemetry-contract.ts";

/** Longer texts are cut: a list shows one line. */
const MAX_CHARACTERS = 240;

const textOf = ({ content }: Message): string =>
  typeof content === "string"
    ? content
    : content.map((part) => (part.type === "text" ? part.text : "")).join(" ");

/** The first thing a user said in calls in order of time, as one line; null if nobody said anything. */
export function firstUserText(calls: readonly { input_messages: readonly Message[] }[]): string | null {
  for (const { input_messages } of calls) {
    for (const message of input_messages) {
      if (message.role !== "user") continue;
      const text = textOf(message).slice(0, 4000).replace(/\s+/g, " ").trim();
      if (text === "") continue;
      return text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS - 1)}…` : text;
    }
  }
  return null;
}

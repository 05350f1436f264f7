import type { ChatTool } from "./script.ts";

type Schema = Record<string, unknown>;

/** Capitalised words that do not open the sentence: "weather in New York and Oslo" → ["New York", "Oslo"]. */
function properNouns(question: string): string[] {
  return [...question.matchAll(/(?<=[^.?!\s]\s)[A-Z][\p{L}]+(?:\s[A-Z][\p{L}]+)*/gu)]
    .map((match) => match[0])
    .filter((word) => word !== "I");
}

/** Codes and numbers such as "1042", "INV-77" or "12.50". */
function numbers(question: string): string[] {
  return [...question.matchAll(/\b(?:[A-Z]+-)?\d+(?:\.\d+)?\b/g)].map((match) => match[0]);
}

/** Candidates for one property; several when the question names several things. */
function candidates(name: string, schema: Schema, question: string): unknown[] {
  const options = schema.enum;
  if (Array.isArray(options)) {
    return [options.find((option) => question.toLowerCase().includes(String(option))) ?? options[0]];
  }
  const found = numbers(question);
  switch (schema.type) {
    case "number":
    case "integer":
      return found.length > 0 ? found.map((text) => Number(text.replace(/^\D+/, ""))) : [1];
    case "boolean":
      return [true];
    case "array":
      return [candidates(name, (schema.items as Schema | undefined) ?? {}, question)];
    case "object":
      return [{}];
    default:
      if (/id$|number|code|order/i.test(name)) return found.length > 0 ? found : ["1"];
      if (/city|place|location|country|name|person|company/i.test(name)) {
        const nouns = properNouns(question);
        return nouns.length > 0 ? nouns : [question];
      }
      return [question];
  }
}

/**
 * Arguments for the calls a question asks of a tool, read off its JSON schema: ids and numbers come from the
 * digits in the question, places from its capitalised words, anything else is the question itself. Optional
 * properties are left out. One object per thing named, so "Oslo and Lima" gives two.
 */
export function argumentsFor(tool: ChatTool, question: string): Record<string, unknown>[] {
  const properties = (tool.parameters.properties ?? {}) as Record<string, Schema>;
  const required = Array.isArray(tool.parameters.required)
    ? (tool.parameters.required as string[])
    : Object.keys(properties);
  const values = required.map((name) => candidates(name, properties[name] ?? {}, question));
  const calls = Math.max(1, ...values.map((list) => list.length));
  return Array.from({ length: calls }, (_, call) =>
    Object.fromEntries(
      required.map((name, at) => [name, values[at]?.[Math.min(call, values[at].length - 1)]]),
    ),
  );
}

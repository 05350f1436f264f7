/** Values nested deeper are refused: serialising them again would overflow the stack. */
const MAX_DEPTH = 200;

/** A JSON object as it came from a stranger: any key may hold anything. */
export type JsonRecord = Record<string, unknown>;

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A JSON object or list in a text, or undefined where it is plain text, cut short or nested too deeply. */
export function parseJson(text: string): unknown {
  const first = text.trimStart().charAt(0);
  if (first !== "{" && first !== "[") return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isTooDeep(value) ? undefined : value;
  } catch {
    return undefined;
  }
}

/** An attribute as a value: text that holds a JSON object or list is parsed, other text stays text. */
export function parsedValue(attribute: unknown): unknown {
  if (typeof attribute === "string") return parseJson(attribute) ?? attribute;
  return isTooDeep(attribute) ? "[nested too deeply to show]" : attribute;
}

/** Like `parsedValue`, for emitters that encode every value as JSON, so that even a text arrives in quotation marks. */
export function unquotedValue(attribute: unknown): unknown {
  if (typeof attribute !== "string" || !attribute.startsWith('"')) return parsedValue(attribute);
  try {
    return JSON.parse(attribute) as unknown;
  } catch {
    return attribute;
  }
}

/** A value as text: text as it is, nothing as "", everything else as JSON. */
export function textFrom(value: unknown): string {
  if (typeof value === "string") return value;
  if (value === undefined || value === null) return "";
  try {
    return JSON.stringify(value) ?? "";
  } catch {
    return "";
  }
}

/** The first of some values that is a non-empty string; numbers count, since some ids are numbers. */
export function firstString(...values: readonly unknown[]): string | undefined {
  for (const value of values) {
    if (typeof value === "string" && value !== "") return value;
    if (typeof value === "number") return String(value);
  }
  return undefined;
}

/** Walks without recursion, level by level, so that the test itself cannot overflow. */
function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return true;
    const next: unknown[] = [];
    for (const item of level) {
      if (typeof item !== "object" || item === null) continue;
      for (const child of Object.values(item))
        if (typeof child === "object" && child !== null) next.push(child);
    }
    level = next;
  }
  return false;
}

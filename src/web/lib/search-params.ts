/** A URL's query as plain text values: a name given once is a string, given several times a list. */
export type SearchRecord = Record<string, string | string[]>;

/** Reads a query string; nothing is guessed to be a number or JSON. */
export function parseSearch(search: string): SearchRecord {
  const record: SearchRecord = {};
  for (const [name, value] of new URLSearchParams(search)) {
    if (name === "__proto__") continue;
    const known = Object.hasOwn(record, name) ? record[name] : undefined;
    record[name] = known === undefined ? value : [...(Array.isArray(known) ? known : [known]), value];
  }
  return record;
}

/** Writes a query string with its `?`; empty values are left out, and what need not be escaped is not. */
export function stringifySearch(search: Record<string, unknown>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== undefined && item !== null && item !== "") params.append(name, String(item));
    }
  }
  const text = params.toString().replaceAll("%2F", "/").replaceAll("%3A", ":");
  return text === "" ? "" : `?${text}`;
}

/** The first value of a search parameter as text; undefined when absent or empty. */
export function textParam(value: unknown): string | undefined {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return first === undefined || first === null || first === "" ? undefined : String(first);
}

/**
 * A JSON value that PostgreSQL's jsonb takes: NUL characters and halves of surrogate pairs, which it refuses, are
 * left out or replaced. https://www.postgresql.org/docs/current/datatype-json.html
 */
export function storableJson<T>(value: T): T {
  const text = JSON.stringify(value);
  // Both are always escaped in JSON text, so that most values are seen to need nothing.
  return text === undefined || !/\\u(?:0000|d[89a-f])/i.test(text) ? value : (clean(value) as T);
}

function clean(value: unknown): unknown {
  if (typeof value === "string") return value.toWellFormed().replaceAll("\0", "");
  if (Array.isArray(value)) return value.map(clean);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [clean(key), clean(item)]));
}

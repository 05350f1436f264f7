/** Highest index accepted in a flattened list; a list is written by a stranger and could claim any. */
const MAX_INDEX = 10_000;

/** The keys below one index of a flattened list; has no prototype, so `__proto__` is only a key. */
export type FlatItem = Record<string, unknown>;

/**
 * Reads a list that was flattened into keys `{prefix}{index}.{rest}`, in the order of its indices. Gaps
 * close, indices above 10,000 are left out. A value without `.rest` is kept under the key "".
 */
export function readFlattenedList(attributes: Record<string, unknown>, prefix: string): FlatItem[] {
  const items = new Map<number, FlatItem>();
  for (const key in attributes) {
    if (!key.startsWith(prefix)) continue;
    const dot = key.indexOf(".", prefix.length);
    const index = indexFrom(key.slice(prefix.length, dot < 0 ? undefined : dot));
    if (index < 0) continue;
    let item = items.get(index);
    if (item === undefined) {
      item = Object.create(null) as FlatItem;
      items.set(index, item);
    }
    item[dot < 0 ? "" : key.slice(dot + 1)] = attributes[key];
  }
  return [...items.entries()].sort(([left], [right]) => left - right).map(([, item]) => item);
}

function indexFrom(digits: string): number {
  if (!/^\d{1,5}$/.test(digits)) return -1;
  const index = Number(digits);
  return index <= MAX_INDEX ? index : -1;
}

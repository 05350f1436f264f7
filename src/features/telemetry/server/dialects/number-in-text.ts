/**
 * The whole number that follows the last `"key":` or `'key':` in a text, else undefined. Finds one count in a
 * JSON document or the printed form of a Python dict without parsing either. A key inside a JSON string does
 * not match, because its closing quote is escaped there.
 */
export function numberAfterKey(text: string, key: string): number | undefined {
  for (let at = text.lastIndexOf(key); at > 0; at = text.lastIndexOf(key, at - 1)) {
    const quote = text[at - 1];
    const end = at + key.length;
    if ((quote !== '"' && quote !== "'") || text[end] !== quote) continue;
    let start = end + 1;
    while (text[start] === ":" || text[start] === " ") start++;
    const digits = digitsFrom(text, start);
    if (start > end + 1 && digits !== "") return Number(digits);
  }
  return undefined;
}

/** Longer runs of digits are no count. */
const MAX_DIGITS = 15;

function digitsFrom(text: string, start: number): string {
  let end = start;
  while (end - start < MAX_DIGITS && text[end]! >= "0" && text[end]! <= "9") end++;
  return text.slice(start, end);
}

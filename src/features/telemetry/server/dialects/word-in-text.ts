/** Longer words are no name of a tier or kind. */
const MAX_WORD_LENGTH = 64;

/**
 * The word that follows the last `"key":"` in a JSON text, or "". Finds one short value in a document without
 * parsing it. A key inside a JSON string does not match, because its closing quote is escaped there.
 */
export function wordAfterKey(text: string, key: string): string {
  for (let at = text.lastIndexOf(key); at > 0; at = text.lastIndexOf(key, at - 1)) {
    const end = at + key.length;
    if (text[at - 1] !== '"' || text[end] !== '"') continue;
    let open = end + 1;
    while (text[open] === ":" || text[open] === " ") open++;
    if (open === end + 1 || text[open] !== '"') continue;
    const close = text.indexOf('"', open + 1);
    const isWord = close > open && close - open <= MAX_WORD_LENGTH;
    return isWord ? text.slice(open + 1, close) : "";
  }
  return "";
}

/** Kinds of lines whose text is not matched: the server found them, or they are about the text itself. */
const GIVEN: Record<string, number> = { "trace:": 1, "object:": 0.6, "search:": 0.01 };

/**
 * How well a line of the palette fits what was typed, from 0 (not at all) to 1. Words may be typed in any order
 * and cut short, but must begin like words of the name; other words a line is known by count less.
 */
export function paletteScore(value: string, search: string, keywords: readonly string[] = []): number {
  const given = /^(trace|object|search):/.exec(value)?.[0];
  if (given !== undefined) return GIVEN[given] ?? 0;
  const wanted = search.trim().toLowerCase();
  const name = value.toLowerCase();
  if (wanted === "" || name.startsWith(wanted)) return 1;
  const typed = wanted.split(/\s+/);
  const fits = (words: readonly string[]) =>
    typed.every((each) => words.some((word) => word.startsWith(each)));
  const words = name.split(/[\s/·-]+/);
  if (fits(words)) return 0.8;
  if (fits([...words, ...keywords.map((word) => word.toLowerCase())])) return 0.4;
  return wanted.length > 2 && name.includes(wanted) ? 0.3 : 0;
}

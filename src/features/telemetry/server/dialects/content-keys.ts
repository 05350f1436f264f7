/** Identity attributes that share a prefix with content. */
const NEVER_CONTENT = new Set(["gen_ai.prompt.name", "gen_ai.prompt.version", "gen_ai.prompt.id"]);

/** Keys come from strangers: beyond this many distinct ones the answer is computed each time. */
const MAX_REMEMBERED = 20_000;

/** A test whether an attribute key carries content, from lists of exact keys and prefixes ending in `.`. */
export function createContentKeyTest(lists: Iterable<readonly string[]>): (key: string) => boolean {
  const exact = new Set<string>();
  const prefixes = new Set<string>();
  for (const list of lists) {
    for (const key of list) (key.endsWith(".") ? prefixes : exact).add(key);
  }
  const remembered = new Map<string, boolean>();

  function decide(key: string): boolean {
    if (exact.has(key)) return true;
    if (NEVER_CONTENT.has(key)) return false;
    for (const prefix of prefixes) if (key.startsWith(prefix)) return true;
    return false;
  }

  return (key) => {
    const known = remembered.get(key);
    if (known !== undefined) return known;
    const answer = decide(key);
    if (remembered.size < MAX_REMEMBERED) remembered.set(key, answer);
    return answer;
  };
}

import { readFileSync } from "node:fs";
import { posix, resolve } from "node:path";

/** One import as written: the module it names and whether only types come with it. */
export interface ImportStatement {
  specifier: string;
  typeOnly: boolean;
}

// Strings come first, so that what looks like a comment inside one (an address, a glob) is not taken for it.
const STRING_OR_COMMENT =
  /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;
const STATEMENT =
  /(?:^|[;}\n])\s*(?:import|export)(\s+type)?\s*([\w$*{][^;"'`=()]*?\sfrom\s*)?["']([^"']+)["']/g;
const CALL = /\bimport\s*\(\s*["']([^"']+)["']\s*[,)]/g;

/** The prefixes of package.json's `imports` with their folders, such as `#platform/` and `src/platform/`. */
const SUBPATHS = readSubpaths(resolve(import.meta.dirname, "../../package.json"));

function readSubpaths(manifest: string): [string, string][] {
  const { imports } = JSON.parse(readFileSync(manifest, "utf8")) as { imports: Record<string, string> };
  return Object.entries(imports).map(([from, to]) => [
    from.replace("*", ""),
    to.replace("./", "").replace("*", ""),
  ]);
}

/** The static and dynamic imports and re-exports of a module's source text, in no particular order. */
export function readImports(source: string): ImportStatement[] {
  const code = source.replace(STRING_OR_COMMENT, (text) => (text.startsWith("/") ? " " : hideKeywords(text)));
  const found: ImportStatement[] = [];
  for (const match of code.matchAll(STATEMENT)) {
    const [, type, names, specifier] = match;
    // `export "x"` is no statement of the language; without names only a bare import is one.
    if (names === undefined && type !== undefined) continue;
    found.push({ specifier: specifier ?? "", typeOnly: type !== undefined || onlyTypes(names) });
  }
  for (const match of code.matchAll(CALL)) found.push({ specifier: match[1] ?? "", typeOnly: false });
  return found;
}

/** A template or string may hold code, as tests of this scanner do; its text must not read as statements. */
function hideKeywords(text: string): string {
  return /\b(import|export)\b/.test(text) ? '""' : text;
}

function onlyTypes(names: string | undefined): boolean {
  const list = names?.match(/^\{([^}]*)\}/)?.[1];
  if (list === undefined) return false;
  const items = list.split(",").filter((item) => item.trim() !== "");
  return items.length > 0 && items.every((item) => item.trim().startsWith("type "));
}

/**
 * The file in the repository that an import means, with forward slashes; undefined for a package.
 * @param from the importing file, relative to the repository
 */
export function resolveImport(from: string, specifier: string): string | undefined {
  if (specifier.startsWith(".")) {
    return posix.normalize(posix.join(posix.dirname(from), withoutQuery(specifier)));
  }
  if (!specifier.startsWith("#")) return undefined;
  const [prefix, folder] = SUBPATHS.find(([start]) => specifier.startsWith(start)) ?? ["#", ""];
  return folder + withoutQuery(specifier.slice(prefix.length));
}

/** Vite's imports may say how to load a file, as in `worker.ts?worker`. */
function withoutQuery(specifier: string): string {
  return specifier.replace(/\?.*$/, "");
}

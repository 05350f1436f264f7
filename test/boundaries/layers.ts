/**
 * The parts of src/ and what each may import. Read as: the files of `kind` may import the kinds in ALLOWED.
 *
 * - contract: `*-contract.ts`, safe for the browser; open to everyone
 * - config, embedded, platform, engine: serve every feature and know none
 * - feature-server, feature-ui: the halves of one feature
 * - web-base: web/{ui,table,charts,lib}; web-root: web/router and web/main, which put the pages together
 * - web-shell: the rest of web/, the frame around every page
 * - a feature's `ui/*-api.ts` (its queries and changes, no components) is open to other features and the frame
 * - root: files directly in src/, src/roles and src/commands: they put everything on the server together
 */
export type Kind =
  | "contract"
  | "config"
  | "embedded"
  | "platform"
  | "engine"
  | "feature-server"
  | "feature-ui"
  | "web-base"
  | "web-shell"
  | "web-root"
  | "root";

/** Where a file stands; `feature` is set inside a feature. */
export interface Place {
  kind: Kind;
  feature?: string;
  isTest: boolean;
}

const SERVER: Kind[] = ["contract", "config", "embedded", "platform", "engine", "feature-server", "root"];
const BROWSER: Kind[] = ["contract", "feature-ui", "web-base", "web-shell", "web-root"];

export const ALLOWED: Record<Kind, readonly Kind[]> = {
  contract: ["contract"],
  config: ["contract", "config", "platform"],
  embedded: ["contract", "config", "embedded", "platform"],
  platform: ["contract", "config", "platform"],
  engine: ["contract", "config", "platform", "engine"],
  "feature-server": ["contract", "config", "platform", "engine", "feature-server"],
  "feature-ui": ["contract", "web-base", "feature-ui"],
  "web-base": ["contract", "web-base"],
  "web-shell": ["contract", "web-base", "web-shell", "feature-ui"],
  "web-root": BROWSER,
  root: SERVER,
};

/** A test may start the whole of its own side. */
export const ALLOWED_IN_TESTS: Record<"server" | "browser", readonly Kind[]> = {
  server: SERVER,
  browser: BROWSER,
};

/** Where a path relative to the repository belongs; undefined for files outside src/ and in no known part of it. */
export function placeOf(path: string): Place | undefined {
  const [top, part = "", name = "", half = ""] = path.split("/");
  if (top !== "src") return undefined;
  const isTest = /\.test\.tsx?$/.test(path);
  const place = (kind: Kind, feature?: string): Place =>
    feature === undefined ? { kind, isTest } : { kind, feature, isTest };
  if (part === "features") {
    if (path.split("/").length === 4 && half.endsWith("-contract.ts")) return place("contract", name);
    if (half === "ui") return place("feature-ui", name);
    if (half === "server") return place("feature-server", name);
    return isTest && half.endsWith("-contract.test.ts") ? place("feature-server", name) : undefined;
  }
  if (path.endsWith("-contract.ts")) return place("contract");
  if (part === "config" || part === "embedded" || part === "platform" || part === "engine")
    return place(part);
  if (part === "roles" || part === "commands" || name === "") return place("root");
  if (part === "web") return place(webKind(name));
  return undefined;
}

function webKind(name: string): Kind {
  if (["ui", "table", "charts", "lib"].includes(name)) return "web-base";
  return /^(router|main)(\.test)?\.tsx?$/.test(name) || name === "router" ? "web-root" : "web-shell";
}

export function isBrowserSide(kind: Kind): boolean {
  return kind !== "contract" && BROWSER.includes(kind);
}

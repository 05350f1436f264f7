import { posix } from "node:path";
import { readImports, resolveImport } from "./imports.ts";
import { ALLOWED, ALLOWED_IN_TESTS, isBrowserSide, type Kind, type Place, placeOf } from "./layers.ts";

/** A source file: its path relative to the repository, with forward slashes, and its text. */
export interface SourceFile {
  path: string;
  source: string;
}

/** Packages a contract may use: what runs in the browser as well as on the server. */
const CONTRACT_PACKAGES = ["zod"];
/** The demo runs the published example agent, so that visitors see what they can copy. */
const EXAMPLES_READER = "src/features/demo/server/";

/** One sentence for every import that goes against the layers; empty when all is well. */
export function findViolations(files: SourceFile[]): string[] {
  return files.flatMap(({ path, source }) => {
    const from = placeOf(path);
    if (from === undefined) return [`${path} is in no known part of src (see test/boundaries/layers.ts)`];
    return readImports(source).flatMap(({ specifier }) => {
      const reason = whyForbidden(path, from, specifier);
      return reason === undefined ? [] : [`${path} imports ${specifier}: ${reason}`];
    });
  });
}

function whyForbidden(path: string, from: Place, specifier: string): string | undefined {
  const target = resolveImport(path, specifier);
  if (target === undefined) return whyPackageForbidden(from, specifier);
  if (!target.startsWith("src/")) return whyOutsideForbidden(path, from, target);
  if (!/\.tsx?$/.test(target)) return undefined;
  const to = placeOf(target);
  if (to === undefined) return "it is in no known part of src";
  return (
    whyLayerForbidden(from, to) ??
    whyFeatureForbidden(from, to, target) ??
    whyRelative(path, specifier, target)
  );
}

function whyPackageForbidden(from: Place, specifier: string): string | undefined {
  if (from.isTest) return undefined;
  if (from.kind === "contract" && !CONTRACT_PACKAGES.includes(specifier)) {
    return "a contract uses zod and other contracts only";
  }
  if (isBrowserSide(from.kind) && specifier.startsWith("node:")) return "the browser has no Node modules";
  if (from.kind === "engine" && /^(fastify|@fastify\/)/.test(specifier)) return "the engine knows no HTTP";
  return undefined;
}

function whyOutsideForbidden(path: string, from: Place, target: string): string | undefined {
  if (from.isTest || target === "package.json") return undefined;
  if (target.startsWith("examples/") && path.startsWith(EXAMPLES_READER)) return undefined;
  return "code in src imports nothing outside it";
}

function whyLayerForbidden(from: Place, to: Place): string | undefined {
  const allowed = from.isTest
    ? ALLOWED_IN_TESTS[isBrowserSide(from.kind) ? "browser" : "server"]
    : ALLOWED[from.kind];
  if (from.isTest && from.kind === "platform" && to.feature !== undefined) return "platform knows no feature";
  return allowed.includes(to.kind) ? undefined : `${from.kind} may not use ${to.kind}`;
}

/** Another feature is reached through its contract, its server/index.ts or its ui/…-api.ts. */
function whyFeatureForbidden(from: Place, to: Place, target: string): string | undefined {
  if (to.feature === undefined || to.kind === "contract" || from.feature === to.feature) return undefined;
  if (to.kind === "feature-ui") return whyPagesForbidden(from, target);
  if (/^src\/features\/[^/]+\/server\/index\.ts$/.test(target)) return undefined;
  return `feature ${to.feature} is reached through its contract or its server/index.ts`;
}

/** The router names pages one by one, so that each is loaded when it is visited. */
function whyPagesForbidden(from: Place, target: string): string | undefined {
  if (from.kind === "web-root") return undefined;
  if (/\/ui\/[^/]+-api\.ts$/.test(target)) return undefined;
  return "only web/router and web/main put features together";
}

/** Inside one unit imports are relative; across units they name the unit, so that moving a file shows in review. */
function whyRelative(path: string, specifier: string, target: string): string | undefined {
  if (!specifier.startsWith(".") || unitOf(path) === unitOf(target)) return undefined;
  return `a relative import stays inside ${unitOf(path)}; use #…`;
}

function unitOf(path: string): string {
  const parts = path.split("/");
  if (parts.length === 2) return "src";
  if (parts[1] === "roles" || parts[1] === "commands") return "src";
  return parts.slice(0, parts[1] === "features" ? 3 : 2).join("/");
}

/** Features that need each other's server, as `a → b → a`; empty when there is an order to read them in. */
export function findFeatureCycles(files: SourceFile[]): string[] {
  const needs = new Map<string, Set<string>>();
  for (const { path, source } of files) {
    const from = placeOf(path);
    if (from?.kind !== "feature-server" || from.feature === undefined || from.isTest) continue;
    for (const { specifier, typeOnly } of readImports(source)) {
      const to = placeOf(resolveImport(path, specifier) ?? "");
      if (
        typeOnly ||
        to?.kind !== "feature-server" ||
        to.feature === undefined ||
        to.feature === from.feature
      )
        continue;
      needs.set(from.feature, (needs.get(from.feature) ?? new Set()).add(to.feature));
    }
  }
  const cycles = new Set<string>();
  for (const start of needs.keys()) {
    const cycle = findPath(needs, start, start, []);
    // A cycle is found once from each of its members; the one that starts with the first name stands for all.
    if (cycle !== undefined && [...cycle].sort()[0] === start) cycles.add([start, ...cycle].join(" → "));
  }
  return [...cycles];
}

function findPath(
  needs: ReadonlyMap<string, ReadonlySet<string>>,
  at: string,
  goal: string,
  seen: string[],
): string[] | undefined {
  for (const next of needs.get(at) ?? []) {
    if (next === goal) return [...seen, goal];
    if (seen.includes(next)) continue;
    const rest = findPath(needs, next, goal, [...seen, next]);
    if (rest !== undefined) return rest;
  }
  return undefined;
}

/** The layers that a set of files covers, to tell an empty check from a clean one. */
export function kindsSeen(files: SourceFile[]): Set<Kind> {
  return new Set(files.flatMap(({ path }) => placeOf(posix.normalize(path))?.kind ?? []));
}

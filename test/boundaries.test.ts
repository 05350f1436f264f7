import { globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { readImports, resolveImport } from "./boundaries/imports.ts";
import { findFeatureCycles, findViolations, kindsSeen, type SourceFile } from "./boundaries/violations.ts";

const root = resolve(import.meta.dirname, "..");

function readTree(): SourceFile[] {
  return globSync("src/**/*.{ts,tsx}", { cwd: root })
    .map((path) => path.replaceAll("\\", "/"))
    .map((path) => ({ path, source: readFileSync(join(root, path), "utf8") }));
}

describe("the tree", () => {
  const files = readTree();

  it("was read", () => {
    expect(files.length).toBeGreaterThan(100);
    expect([...kindsSeen(files)]).toEqual(
      expect.arrayContaining([
        "contract",
        "config",
        "embedded",
        "platform",
        "feature-server",
        "feature-ui",
        "web-base",
      ]),
    );
    expect(files.flatMap(({ source }) => readImports(source)).length).toBeGreaterThan(files.length);
  });

  it("keeps to its layers", () => {
    expect(findViolations(files)).toEqual([]);
  });

  it("has no features that need each other", () => {
    expect(findFeatureCycles(files)).toEqual([]);
  });

  it("imports only files that exist", () => {
    const known = new Set(files.map(({ path }) => path));
    const missing = files.flatMap(({ path, source }) =>
      readImports(source)
        .map(({ specifier }) => resolveImport(path, specifier))
        .filter((target) => target?.startsWith("src/") && /\.tsx?$/.test(target) && !known.has(target))
        .map((target) => `${path} → ${target}`),
    );
    expect(missing).toEqual([]);
  });

  it("has TypeScript only where a project checks it", () => {
    const folders = new Set(
      globSync("**/*.{ts,tsx}", { cwd: root, exclude: ["**/node_modules", "dist", "sdk/dist", "data"] }).map(
        (path) => path.replaceAll("\\", "/").split("/")[0] ?? "",
      ),
    );
    const checked = [
      "src",
      "bench",
      "test",
      "scripts",
      "examples",
      "sdk",
      "vite.config.ts",
      "vitest.config.ts",
    ];
    expect([...folders].filter((folder) => !checked.includes(folder))).toEqual([]);
  });
});

describe("readImports", () => {
  it.each([
    ['import { a } from "./a.ts";', "./a.ts", false],
    ['import type { A } from "./a.ts";', "./a.ts", true],
    ['import { type A, type B } from "./a.ts";', "./a.ts", true],
    ['import { type A, b } from "./a.ts";', "./a.ts", false],
    ['import a, { b } from "./a.ts";', "./a.ts", false],
    ['import * as a from "./a.ts";', "./a.ts", false],
    ['import "./a.css";', "./a.css", false],
    ['import {\n  a,\n  b,\n} from "./a.ts";', "./a.ts", false],
    ['export { a } from "./a.ts";', "./a.ts", false],
    ['export * from "./a.ts";', "./a.ts", false],
    ['export type { A } from "./a.ts";', "./a.ts", true],
    ['const a = await import("./a.ts");', "./a.ts", false],
    ["lazy(() => import('./a.tsx'))", "./a.tsx", false],
    ['const x = 1; import { a } from "./a.ts";', "./a.ts", false],
  ])("reads %j", (source, specifier, typeOnly) => {
    expect(readImports(source)).toEqual([{ specifier, typeOnly }]);
  });

  it.each([
    '// import { a } from "./a.ts";',
    '/* import { a } from "./a.ts"; */',
    "const text = `\nimport { a } from './a.ts';\n`;",
    `const text = 'import { a } from "./a.ts"';`,
    'export const from = "./a.ts";',
    'export function important(): string { return "x"; }',
  ])("finds nothing in %j", (source) => {
    expect(readImports(source)).toEqual([]);
  });

  it("is not led astray by an address before an import", () => {
    const source = 'const home = "http://localhost"; // home\nimport { a } from "./a.ts";';
    expect(readImports(source)).toEqual([{ specifier: "./a.ts", typeOnly: false }]);
  });
});

describe("findViolations", () => {
  const check = (path: string, specifier: string) =>
    findViolations([{ path, source: `import { a } from "${specifier}";` }]);

  it.each([
    ["src/features/traces/ui/page.tsx", "../server/trace-store.ts", "feature-ui may not use feature-server"],
    ["src/features/traces/ui/page.tsx", "#features/auth/ui/index.ts", "only web/router and web/main"],
    ["src/features/traces/ui/page.tsx", "#platform/http/server.ts", "feature-ui may not use platform"],
    ["src/features/traces/ui/page.tsx", "#web/layout/shell.tsx", "feature-ui may not use web-shell"],
    ["src/features/traces/ui/page.tsx", "node:fs", "the browser has no Node modules"],
    ["src/features/traces/server/a.ts", "#features/auth/server/session-store.ts", "its server/index.ts"],
    ["src/features/traces/server/a.ts", "../../auth/server/index.ts", "a relative import stays inside"],
    ["src/features/traces/server/a.ts", "#src/app.ts", "feature-server may not use root"],
    ["src/features/traces/server/a.ts", "#embedded/index.ts", "feature-server may not use embedded"],
    ["src/features/traces/server/a.ts", "../../../../test/helper.ts", "nothing outside it"],
    ["src/features/traces/trace-contract.ts", "./server/index.ts", "contract may not use feature-server"],
    ["src/features/traces/trace-contract.ts", "fastify", "zod and other contracts only"],
    ["src/platform/http/server.ts", "#features/auth/server/index.ts", "platform may not use feature-server"],
    ["src/platform/http/server.test.ts", "#features/auth/server/index.ts", "platform knows no feature"],
    ["src/platform/http/server.ts", "../../config/env.ts", "a relative import stays inside"],
    ["src/engine/run.ts", "#features/workflows/server/index.ts", "engine may not use feature-server"],
    ["src/engine/run.ts", "fastify", "the engine knows no HTTP"],
    ["src/web/ui/button.tsx", "#features/auth/ui/index.ts", "web-base may not use feature-ui"],
    ["src/web/ui/button.tsx", "#web/layout/shell.tsx", "web-base may not use web-shell"],
    ["src/web/layout/shell.tsx", "#features/auth/ui/sign-in-page.tsx", "only web/router and web/main"],
    ["src/web/router.tsx", "#features/auth/server/index.ts", "web-root may not use feature-server"],
    ["src/app.ts", "#features/auth/server/auth-routes.ts", "its server/index.ts"],
    ["src/roles/api.ts", "#web/lib/cx.ts", "root may not use web-base"],
    ["src/helpers/a.ts", "zod", "no known part of src"],
    ["src/features/traces/helper.ts", "zod", "no known part of src"],
  ])("catches %s importing %s", (path, specifier, reason) => {
    expect(check(path, specifier).join()).toContain(reason);
  });

  it.each([
    ["src/features/traces/ui/page.tsx", "#features/auth/auth-contract.ts"],
    ["src/features/traces/ui/page.tsx", "#features/auth/ui/auth-api.ts"],
    ["src/features/traces/ui/page.tsx", "../trace-contract.ts"],
    ["src/features/traces/ui/page.tsx", "#web/table/data-grid.tsx"],
    ["src/features/traces/server/a.ts", "#features/auth/server/index.ts"],
    ["src/features/traces/server/a.ts", "./b.ts"],
    ["src/features/traces/server/a.test.ts", "#src/app.ts"],
    ["src/features/traces/server/a.test.ts", "#test/support/app.ts"],
    ["src/main.ts", "./commands/index.ts"],
    ["src/features/demo/server/agents.ts", "../../../../examples/agent.ts"],
    ["src/platform/http/server.ts", "#platform/http/http-contract.ts"],
    ["src/embedded/supervisor.ts", "#platform/errors/flightdeck-error.ts"],
    ["src/web/layout/shell.tsx", "../ui/button.tsx"],
    ["src/web/layout/shell.tsx", "#features/auth/ui/auth-api.ts"],
    ["src/web/router.tsx", "#features/auth/ui/sign-in-page.tsx"],
    ["src/web/main.tsx", "./styles/app.css"],
    ["src/roles/api.ts", "../app.ts"],
    ["src/main.ts", "./roles/api.ts"],
    ["src/app.ts", "#features/auth/server/index.ts"],
  ])("lets %s import %s", (path, specifier) => {
    expect(check(path, specifier)).toEqual([]);
  });
});

describe("findFeatureCycles", () => {
  const feature = (name: string, needed: string, words = "import { a }") => ({
    path: `src/features/${name}/server/index.ts`,
    source: `${words} from "#features/${needed}/server/index.ts";`,
  });

  it("names features that need each other, once", () => {
    const files = [feature("a", "b"), feature("b", "c"), feature("c", "a"), feature("d", "a")];
    expect(findFeatureCycles(files)).toEqual(["a → b → c → a"]);
  });

  it("lets types point back, since nothing of them is loaded", () => {
    expect(findFeatureCycles([feature("a", "b"), feature("b", "a", "import type { A }")])).toEqual([]);
  });
});

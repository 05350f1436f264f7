import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ensureWebBuild, hashWebSources, isWebSource } from "./web-build.js";

let root = "";
const write = (path, content) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "flightdeck-web-"));
  write("src/web/main.tsx", "main");
  write("src/features/traces/server/trace-routes.ts", "routes");
  write("vite.config.ts", "config");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe("isWebSource", () => {
  it.each([
    ["src/web/main.tsx", true],
    ["src/features/traces/ui/trace-page.tsx", true],
    ["src/features/traces/trace-contract.ts", true],
    ["src/platform/http/http-contract.ts", true],
    ["src/features/traces/server/trace-routes.ts", false],
    ["src/main.ts", false],
  ])("%s: %s", (path, expected) => {
    expect(isWebSource(path)).toBe(expected);
  });
});

describe("hashWebSources", () => {
  it("changes with a source's content or name, and with the build's configuration", () => {
    const hashes = [hashWebSources(root)];
    write("src/web/main.tsx", "changed");
    hashes.push(hashWebSources(root));
    write("src/features/traces/ui/page.tsx", "page");
    hashes.push(hashWebSources(root));
    write("vite.config.ts", "other");
    hashes.push(hashWebSources(root));
    expect(new Set(hashes).size).toBe(4);
  });

  it("does not change with the server", () => {
    const before = hashWebSources(root);
    write("src/features/traces/server/trace-routes.ts", "changed");
    expect(hashWebSources(root)).toBe(before);
  });
});

describe("ensureWebBuild", () => {
  it("builds nothing where the sources are not part of the installation", async () => {
    await expect(ensureWebBuild(root, "/no/such/node")).resolves.toBeUndefined();
  });

  it("says what failed when the build does", async () => {
    write("src/web/index.html", "");
    await expect(ensureWebBuild(root, "/no/such/node")).rejects.toThrow(/could not be built/);
  });
});

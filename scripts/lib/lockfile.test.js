import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { missingPlatformPackages, platformOf, resolvedAddresses } from "./lockfile.js";

describe("this repository's package-lock.json", () => {
  const { packages } = JSON.parse(readFileSync(new URL("../../package-lock.json", import.meta.url), "utf8"));

  it("names the binaries of every platform (if not: node scripts/complete-lockfile.js)", () => {
    expect(Object.keys(missingPlatformPackages(packages))).toEqual([]);
  });

  it("names no registry", () => {
    expect(Object.keys(packages).length).toBeGreaterThan(100);
    expect(resolvedAddresses(packages)).toEqual([]);
  });
});

describe("missingPlatformPackages", () => {
  const tool = { version: "2.0.0", dev: true, optionalDependencies: { "tool-linux-x64-musl": "2.0.0" } };

  it("adds what is missing beside the rest, for development only where its parent is", () => {
    expect(missingPlatformPackages({ "node_modules/tool": tool })).toEqual({
      "node_modules/tool-linux-x64-musl": {
        version: "2.0.0",
        cpu: ["x64"],
        libc: ["musl"],
        os: ["linux"],
        dev: true,
        optional: true,
      },
    });
  });

  it("finds a package in the folders above", () => {
    const packages = {
      "node_modules/a/node_modules/tool": tool,
      "node_modules/a/node_modules/tool-linux-x64-musl": { version: "2.0.0" },
    };
    expect(missingPlatformPackages(packages)).toEqual({});
  });
});

describe("platformOf", () => {
  it.each([
    ["@biomejs/cli-linux-arm64-musl", { cpu: ["arm64"], libc: ["musl"], os: ["linux"] }],
    ["@oxc-parser/binding-linux-arm-gnueabihf", { cpu: ["arm"], libc: ["glibc"], os: ["linux"] }],
    ["@oxc-parser/binding-win32-x64-msvc", { cpu: ["x64"], os: ["win32"] }],
    ["@chdb/lib-darwin-arm64", { cpu: ["arm64"], os: ["darwin"] }],
    ["@tailwindcss/oxide-wasm32-wasi", { cpu: ["wasm32"] }],
    ["fsevents", {}],
  ])("reads %s", (name, expected) => {
    expect(platformOf(name)).toEqual(expected);
  });
});

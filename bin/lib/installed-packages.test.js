import { describe, expect, it } from "vitest";
import { findStalePackage } from "./installed-packages.js";

const lock = (packages) => ({ packages: { "": { version: "0.1.0" }, ...packages } });
const wanted = lock({
  "node_modules/fastify": { version: "5.0.0" },
  "node_modules/a/node_modules/@scope/b": { version: "1.0.0" },
  "node_modules/only-on-windows": { version: "1.0.0", optional: true },
  "node_modules/@flightdeck/sdk": { link: true },
  sdk: { version: "0.1.0" },
});
const complete = lock({
  "node_modules/fastify": { version: "5.0.0" },
  "node_modules/a/node_modules/@scope/b": { version: "1.0.0" },
});

describe("findStalePackage", () => {
  it("is content when everything but optional packages is there", () => {
    expect(findStalePackage(wanted, complete)).toBeNull();
  });

  it.each([
    ["nothing was installed", null, "none are installed yet"],
    ["a package is missing", lock({ "node_modules/fastify": { version: "5.0.0" } }), "@scope/b is missing"],
    [
      "a package is older",
      lock({ ...complete.packages, "node_modules/fastify": { version: "4.9.0" } }),
      "fastify is not at 5.0.0",
    ],
  ])("says so when %s", (_, installed, reason) => {
    expect(findStalePackage(wanted, installed)).toBe(reason);
  });

  it("asks for nothing where there is no lockfile, as in an image", () => {
    expect(findStalePackage(null, null)).toBeNull();
  });
});

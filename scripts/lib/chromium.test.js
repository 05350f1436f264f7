import { describe, expect, it } from "vitest";
import { canInstallDebianPackage, chromiumCandidates } from "./chromium.js";

describe("chromiumCandidates", () => {
  it("tries the configured browser, then the PATH by name, then Playwright's", () => {
    const candidates = chromiumCandidates({ CHROMIUM_PATH: "/opt/chrome", PATH: "/a:/b" }, "/cache/chrome");
    expect(candidates.slice(0, 4)).toEqual(["/opt/chrome", "/a/chromium", "/b/chromium", "/a/google-chrome"]);
    expect(candidates.at(-1)).toBe("/cache/chrome");
  });

  it("does without a PATH", () => {
    expect(chromiumCandidates({}, "/cache/chrome")).toEqual(["/cache/chrome"]);
  });
});

describe("canInstallDebianPackage", () => {
  it.each([
    ['ID=debian\nVERSION_ID="12"', 0, true],
    ['ID=debian\nVERSION_ID="12"', 1000, false],
    ["ID=ubuntu\nID_LIKE=debian", 0, false],
    ["", 0, false],
    ["ID=debian", undefined, false],
  ])("%j as user %s: %s", (osRelease, uid, expected) => {
    expect(canInstallDebianPackage(osRelease, uid)).toBe(expected);
  });
});

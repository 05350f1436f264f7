import { describe, expect, it } from "vitest";
import { planLaunch } from "./arguments.js";

describe("planLaunch", () => {
  it.each([
    [[], "start", []],
    [["start"], "start", []],
    [["start", "--demo"], "start", ["--demo"]],
    [["--demo"], "start", ["--demo"]],
    [["migrate", "--dry-run"], "migrate", ["--dry-run"]],
    [["config", "docs"], "config", ["docs"]],
    [["--help"], "help", []],
    [["-v"], "version", []],
  ])("%j runs %s %j", (argv, command, args) => {
    expect(planLaunch(argv)).toMatchObject({ command, args });
  });

  it("installs for start and dev only, and builds the user interface for start only", () => {
    expect(planLaunch(["start"])).toMatchObject({ installs: true, buildsWeb: true });
    expect(planLaunch(["dev"])).toMatchObject({ installs: true, buildsWeb: false });
    expect(planLaunch(["doctor"])).toMatchObject({ installs: false, buildsWeb: false });
  });
});

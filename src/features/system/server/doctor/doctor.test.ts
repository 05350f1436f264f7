import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MIGRATIONS_FOLDER, type Stores } from "#src/context.ts";
import { openTestStores } from "#test/support/stores.ts";
import { exitCodeOf, type Finding, runChecks } from "./check.ts";
import { judgeDisk, judgeMemory, judgeNode } from "./machine-checks.ts";
import { judgeClock, judgeMigrations, judgePostgresVersion, storeChecks } from "./store-checks.ts";

const GIB = 1024 ** 3;
const NOW = Date.UTC(2026, 10, 21);

describe("what doctor makes of a reading", () => {
  it.each<[string, Finding, Finding["status"]]>([
    ["plenty of disk", judgeDisk(50 * GIB, "/data"), "ok"],
    ["little disk", judgeDisk(2 * GIB, "/data"), "warning"],
    ["a full disk", judgeDisk(0.1 * GIB, "/data"), "failed"],
    ["enough memory", judgeMemory(4 * GIB, GIB), "ok"],
    ["a tiny machine", judgeMemory(GIB, GIB / 2), "warning"],
    ["Node 24", judgeNode("24.21.0"), "ok"],
    ["Node 20", judgeNode("20.20.2"), "failed"],
    ["PostgreSQL 18", judgePostgresVersion(180_004, "18.4"), "ok"],
    ["PostgreSQL 15", judgePostgresVersion(150_018, "15.18"), "failed"],
    ["clocks that agree", judgeClock(NOW, NOW + 20), "ok"],
    ["clocks that differ", judgeClock(NOW, NOW - 60_000), "warning"],
    ["a clock in 1970", judgeClock(0, 0), "failed"],
    ["no migration waiting", judgeMigrations({ postgres: [], clickhouse: [] }), "ok"],
    ["a migration waiting", judgeMigrations({ postgres: ["0002_x"], clickhouse: [] }), "warning"],
  ])("%s", (_title, finding, status) => {
    expect(finding.status).toBe(status);
    if (finding.status !== "ok") expect(finding.remedy).toMatch(/\w+ \w+/);
  });

  it("exits with 1 when something failed, with 2 for warnings, else with 0", () => {
    const ok: Finding = { name: "a", status: "ok", detail: "" };
    const warning: Finding = { name: "b", status: "warning", detail: "", remedy: "" };
    const failed: Finding = { name: "c", status: "failed", detail: "", remedy: "" };
    expect([exitCodeOf([ok]), exitCodeOf([ok, warning]), exitCodeOf([warning, failed])]).toEqual([0, 2, 1]);
  });
});

describe("asking the stores", () => {
  let stores: Stores;
  beforeAll(async () => {
    stores = await openTestStores();
  });
  afterAll(() => stores.close());

  it("finds both healthy and migrated", async () => {
    const findings = await runChecks(storeChecks(stores, MIGRATIONS_FOLDER));
    expect(findings.map(({ name, status }) => [name, status])).toEqual([
      ["postgres", "ok"],
      ["clickhouse", "ok"],
      ["clock", "ok"],
      ["migrations", "ok"],
    ]);
  });

  it("reports a check that throws as failed, and runs the others", async () => {
    const findings = await runChecks([
      { name: "broken", run: () => Promise.reject(new Error("no route to host")) },
      { name: "fine", run: () => ({ name: "fine", status: "ok", detail: "" }) },
    ]);
    expect(findings.map((finding) => finding.status)).toEqual(["failed", "ok"]);
  });
});

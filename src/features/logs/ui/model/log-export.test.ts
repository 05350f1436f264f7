import { describe, expect, it } from "vitest";
import type { Log } from "../../logs-contract.ts";
import { csvCell, logsCsv, logsNdjson } from "./log-export.ts";

const log = {
  id: "1",
  time: "2026-11-21T09:00:00Z",
  severity: "warn",
  service: "api",
  body: 'said "no", twice',
  trace_id: null,
  attributes: { n: 1 },
} as unknown as Log;

describe("an export of log records", () => {
  it("quotes as CSV wants it, and keeps formulas from running", () => {
    expect(csvCell('a "b", c')).toBe('"a ""b"", c"');
    expect(csvCell("=1+1")).toBe("'=1+1");
    const [head, line] = logsCsv([log]).split("\r\n");
    expect(head).toMatch(/^time,severity,.*,attributes$/);
    expect(line).toBe('2026-11-21T09:00:00Z,warn,api,,,,"said ""no"", twice",,,,1,"{""n"":1}"');
  });
  it("is one JSON object per line", () => {
    expect(
      logsNdjson([log, log])
        .split("\n")
        .slice(0, 2)
        .map((line) => JSON.parse(line).id),
    ).toEqual(["1", "1"]);
  });
});

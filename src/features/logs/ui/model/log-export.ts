import type { Log } from "../../logs-contract.ts";

const FIELDS = [
  "time",
  "severity",
  "service",
  "agent",
  "environment",
  "event_name",
  "body",
  "trace_id",
  "span_id",
  "session_id",
  "id",
] as const satisfies readonly (keyof Log)[];

/** A cell of a CSV file (RFC 4180). What a spreadsheet would take for a formula gets a quote in front. */
export function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Records as CSV; attributes are one column of JSON. */
export function logsCsv(logs: readonly Log[]): string {
  const lines = logs.map((log) => [
    ...FIELDS.map((field) => csvCell(String(log[field] ?? ""))),
    csvCell(JSON.stringify(log.attributes)),
  ]);
  return [[...FIELDS, "attributes"], ...lines].map((line) => `${line.join(",")}\r\n`).join("");
}

/** Records as lines of JSON. */
export function logsNdjson(logs: readonly Log[]): string {
  return logs.map((log) => `${JSON.stringify(log)}\n`).join("");
}

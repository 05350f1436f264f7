import { Bindings } from "#features/traces/server/index.ts";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import { type LogFilter, type LogHistogram, SEVERITIES } from "../logs-contract.ts";
import { happenedBetween, logConditions } from "./log-filters.ts";
import { SEVERITY_INDEX_SQL } from "./log-severity.ts";

const USUAL_BARS = 60;
const MAX_BARS = 1000;
/** Widths of bars in seconds that people can read. */
const STEPS = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 604_800,
];

/** The narrowest readable step that gives at most about so many bars. */
export function stepSeconds(rangeMs: number, bars = USUAL_BARS): number {
  return STEPS.find((step) => rangeMs / 1000 / step <= bars) ?? 2_592_000;
}

/** How many records of each severity there are over time; bars begin at whole steps since 1970. */
export async function readLogHistogram(
  store: TelemetryStore,
  projectId: string,
  options: {
    filter: LogFilter;
    range: { fromMs: number; toMs: number };
    step: number | undefined;
    signal: AbortSignal;
  },
): Promise<LogHistogram> {
  const { range } = options;
  const step = options.step ?? stepSeconds(range.toMs - range.fromMs);
  const first = Math.floor(range.fromMs / 1000 / step) * step;
  const bars = Math.ceil((range.toMs / 1000 - first) / step);
  if (bars > MAX_BARS) {
    throw new FlightdeckError(
      `A step of ${step} s gives ${bars} bars. Choose a wider step or a shorter range: at most ${MAX_BARS}.`,
      { code: "too_many_steps", status: 400 },
    );
  }
  const bindings = new Bindings();
  const width = bindings.bind(step, "UInt32");
  const conditions = [
    happenedBetween(range.fromMs, range.toMs, bindings),
    ...logConditions(options.filter, bindings),
  ];
  const rows = await store.queryProject<{ bar: number; severity: number; n: number }>(
    projectId,
    `SELECT intDiv(toUnixTimestamp(time), ${width}) AS bar, ${SEVERITY_INDEX_SQL} AS severity, count() AS n
     FROM logs
     WHERE project_id = {project_id:UUID} AND ${conditions.join("\n       AND ")}
     GROUP BY bar, severity`,
    bindings.params,
    { signal: options.signal },
  );
  const counts = Object.fromEntries(
    SEVERITIES.map((severity) => [severity, new Array<number>(bars).fill(0)]),
  ) as LogHistogram["counts"];
  let total = 0;
  for (const { bar, severity, n } of rows) {
    counts[SEVERITIES[severity] ?? "unspecified"][bar - first / step] = n;
    total += n;
  }
  const times = Array.from({ length: bars }, (_, i) => first + i * step);
  return { step_seconds: step, times, counts, total };
}

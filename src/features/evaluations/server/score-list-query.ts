import { z } from "zod";
import { Bindings } from "#features/traces/server/index.ts";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import type { Score, scoreListQuerySchema } from "../score-contract.ts";

/** Where a page ends: the time in nanoseconds and the id of its last score. */
export const scoreCursorSchema = z.object({
  time_ns: z.string().regex(/^\d{1,18}$|^[1-8]\d{18}$/),
  id: z.string().max(200),
});

/** A row of `scores` as it is read. */
export interface ScoreRow extends Omit<Score, "trace_id" | "span_id"> {
  time_ns: string;
  trace_id: string;
  span_id: string;
}

type ScoreFilter = Pick<
  z.infer<typeof scoreListQuerySchema>,
  "trace_id" | "span_id" | "session_id" | "name" | "source"
>;

/** Scores by time, newest first; one that was said anew counts as it was said last. */
export function listScores(
  store: TelemetryStore,
  projectId: string,
  options: {
    filter: ScoreFilter;
    range: { fromMs: number; toMs: number } | undefined;
    after: z.infer<typeof scoreCursorSchema> | undefined;
    limit: number;
    signal: AbortSignal;
  },
): Promise<ScoreRow[]> {
  const { filter, range, after, limit, signal } = options;
  const bindings = new Bindings();
  const conditions = ["project_id = {project_id:UUID}", ...conditionsOf(filter, bindings)];
  if (range) {
    const bound = (ms: number) =>
      `fromUnixTimestamp64Milli(${bindings.bind(Math.floor(ms), "Int64")}, 'UTC')`;
    conditions.push(`scores.time >= ${bound(range.fromMs)} AND scores.time < ${bound(range.toMs)}`);
  }
  if (after) {
    const time = `fromUnixTimestamp64Nano(${bindings.bind(after.time_ns, "Int64")}, 'UTC')`;
    conditions.push(`(scores.time, score_id) < (${time}, ${bindings.bind(after.id, "String")})`);
  }
  return store.queryProject<ScoreRow>(
    projectId,
    `SELECT score_id AS id, name, value, label, explanation, source, lower(hex(scores.trace_id)) AS trace_id,
            lower(hex(scores.span_id)) AS span_id, session_id, response_id, scores.time AS time,
            toString(toUnixTimestamp64Nano(scores.time)) AS time_ns, metadata
     FROM scores FINAL
     WHERE ${conditions.join("\n       AND ")}
     ORDER BY scores.time DESC, score_id DESC
     LIMIT ${bindings.bind(limit, "UInt32")}`,
    bindings.params,
    { signal },
  );
}

function conditionsOf(filter: ScoreFilter, bindings: Bindings): string[] {
  const conditions: string[] = [];
  const idIs = (column: string, id: string, size: number) =>
    conditions.push(
      `scores.${column} = toFixedString(unhex(${bindings.bind(id, "String")}), ${bindings.bind(size, "UInt8")})`,
    );
  if (filter.trace_id) idIs("trace_id", filter.trace_id, 16);
  if (filter.span_id) idIs("span_id", filter.span_id, 8);
  if (filter.session_id) conditions.push(`session_id = ${bindings.bind(filter.session_id, "String")}`);
  if (filter.name) conditions.push(`name IN ${bindings.bind([filter.name].flat(), "Array(String)")}`);
  if (filter.source) conditions.push(`source = ${bindings.bind(filter.source, "String")}`);
  return conditions;
}

/** A row as the API shows it. */
export function presentScore({ time_ns: _, ...row }: ScoreRow): Score {
  const idOrNull = (hex: string) => (/[^0]/.test(hex) ? hex : null);
  return { ...row, trace_id: idOrNull(row.trace_id), span_id: idOrNull(row.span_id) };
}

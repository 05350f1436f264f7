import type { ListeningApp } from "./listening-app.ts";

/** A stored sample with its series, as a test compares it. */
export interface StoredSample {
  metric: string;
  kind: string;
  temporality: string;
  monotonic: number;
  unit: string;
  attributes: Record<string, string>;
  resource: Record<string, string>;
  time_ms: number;
  start_ms: number;
  flags: number;
  value: number;
  count: number;
  /** Null when not told. */
  sum: number | null;
  min: number | null;
  max: number | null;
  bounds: number[];
  bucket_counts: number[];
  scale: number;
  zero_count: number;
  positive_offset: number;
  positive_counts: number[];
}

/** All samples of the metrics whose name starts so, oldest first. */
export function storedSamples(test: ListeningApp, prefix: string): Promise<StoredSample[]> {
  return test.rows<StoredSample>(
    `SELECT metric, s.kind AS kind, s.temporality AS temporality, s.monotonic AS monotonic, s.unit AS unit,
       s.attributes AS attributes, s.resource AS resource, toUnixTimestamp64Milli(time) AS time_ms,
       toUnixTimestamp64Milli(start_time) AS start_ms, flags, value, count, sum, min, max, bounds, bucket_counts,
       scale, zero_count, positive_offset, positive_counts
     FROM samples INNER JOIN (
       SELECT project_id, metric, series, any(kind) AS kind, any(temporality) AS temporality,
         any(monotonic) AS monotonic, anyLast(unit) AS unit, any(attributes) AS attributes,
         any(resource_attributes) AS resource
       FROM series GROUP BY project_id, metric, series
     ) AS s USING (project_id, metric, series)
     WHERE startsWith(metric, {prefix:String})
     ORDER BY time, metric, toString(attributes)`,
    { prefix },
  );
}

/** Exemplars of a metric. */
export function storedExemplars(
  test: ListeningApp,
  metric: string,
): Promise<{ trace: string; span: string; value: number; attributes: Record<string, string> }[]> {
  return test.rows(
    `SELECT lower(hex(trace_id)) AS trace, lower(hex(span_id)) AS span, value, attributes
     FROM exemplars WHERE metric = {metric:String} ORDER BY time`,
    { metric },
  );
}

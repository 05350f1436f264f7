import { walkJsonExport } from "./json-export.ts";
import { JsonMetricReader } from "./json-metric.ts";
import type { PointSink } from "./metric-rules.ts";
import { walkProtobufExport } from "./protobuf-export.ts";
import { ProtobufMetricReader } from "./protobuf-metric.ts";
import { OutcomeCounter, type ReadOutcome } from "./read-outcome.ts";
import { latestTimeNs } from "./span-rules.ts";
import { WireCursor } from "./wire-cursor.ts";

/**
 * Reads an ExportMetricsServiceRequest from its bytes and hands every data point to `sink`. The outcome counts data
 * points; one that is broken costs no other.
 * @param nowMs our clock in milliseconds since 1970, to refuse absurd times
 * @throws FlightdeckError `malformed_otlp` (400) when the body is no such message and nothing was accepted
 */
export function readProtobufMetrics(body: Buffer, nowMs: number, sink: PointSink): ReadOutcome {
  const cursor = new WireCursor(body);
  const outcome = new OutcomeCounter();
  const metrics = new ProtobufMetricReader(cursor, latestTimeNs(nowMs), outcome, sink);
  walkProtobufExport(cursor, outcome, "ExportMetricsServiceRequest", (end, origin) =>
    metrics.read(end, origin),
  );
  return outcome;
}

/** The same for OTLP/JSON. */
export function readJsonMetrics(body: Buffer, nowMs: number, sink: PointSink): ReadOutcome {
  const outcome = new OutcomeCounter();
  const metrics = new JsonMetricReader(body, latestTimeNs(nowMs), outcome, sink);
  walkJsonExport(body, outcome, "metrics", (range, origin) => metrics.read(range, origin));
  return outcome;
}

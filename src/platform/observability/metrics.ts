import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** What Flightdeck tells Prometheus about itself, at `/metrics`. Labels have few values by design. */
export interface Metrics {
  registry: Registry;
  httpDuration: Histogram<"method" | "route" | "status">;
  ingestRequests: Counter<"signal" | "outcome">;
  spansStored: Counter;
  spansRejected: Counter;
  spansDuplicate: Counter;
  spansUnpriced: Gauge;
  /** Metrics (samples), logs (records) and scores; spans have counters of their own. */
  itemsStored: Counter<"signal">;
  itemsRejected: Counter<"signal">;
  itemsDuplicate: Counter<"signal">;
  ingestBufferedBytes: Gauge;
  liveStreams: Gauge;
}

/** Makes a registry of its own, so that several apps can live in one process, as in tests. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: "flightdeck_" });
  return {
    registry,
    httpDuration: new Histogram({
      name: "flightdeck_http_request_duration_seconds",
      help: "Time from the request's arrival to the end of the response.",
      labelNames: ["method", "route", "status"],
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
      registers,
    }),
    ingestRequests: new Counter({
      name: "flightdeck_ingest_requests_total",
      help: "Telemetry requests by signal and outcome.",
      labelNames: ["signal", "outcome"],
      registers,
    }),
    spansStored: new Counter({
      name: "flightdeck_spans_stored_total",
      help: "Spans made durable.",
      registers,
    }),
    spansRejected: new Counter({
      name: "flightdeck_spans_rejected_total",
      help: "Spans refused as invalid.",
      registers,
    }),
    spansDuplicate: new Counter({
      name: "flightdeck_spans_duplicate_total",
      help: "Spans that were stored already.",
      registers,
    }),
    itemsStored: new Counter({
      name: "flightdeck_telemetry_items_stored_total",
      help: "Samples, log records and scores made durable, by signal.",
      labelNames: ["signal"],
      registers,
    }),
    itemsRejected: new Counter({
      name: "flightdeck_telemetry_items_rejected_total",
      help: "Data points, log records and scores refused as invalid, by signal.",
      labelNames: ["signal"],
      registers,
    }),
    itemsDuplicate: new Counter({
      name: "flightdeck_telemetry_items_duplicate_total",
      help: "Samples and log records that were stored already, by signal.",
      labelNames: ["signal"],
      registers,
    }),
    spansUnpriced: new Gauge({
      name: "flightdeck_spans_unpriced",
      help: "Spans with tokens that no price was known for, since the start.",
      registers,
    }),
    ingestBufferedBytes: new Gauge({
      name: "flightdeck_ingest_buffered_bytes",
      help: "Telemetry accepted and not durable yet.",
      registers,
    }),
    liveStreams: new Gauge({
      name: "flightdeck_live_streams",
      help: "Browsers that follow live.",
      registers,
    }),
  };
}

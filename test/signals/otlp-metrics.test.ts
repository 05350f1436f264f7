import { OTLPMetricExporter as GrpcExporter } from "@opentelemetry/exporter-metrics-otlp-grpc";
import { OTLPMetricExporter as HttpExporter } from "@opentelemetry/exporter-metrics-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  AggregationType,
  MeterProvider,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
} from "@opentelemetry/sdk-metrics";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GZIP, grpcMetadata, TEMPORALITY } from "./support/exporter-options.ts";
import { type ListeningApp, startListeningApp } from "./support/listening-app.ts";
import { storedSamples } from "./support/stored-samples.ts";

let test: ListeningApp;
beforeAll(async () => {
  test = await startListeningApp();
});
afterAll(() => test.close());

type Preference = keyof typeof TEMPORALITY;

const exporters: Record<string, (preference: Preference) => PushMetricExporter> = {
  http: (preference) =>
    new HttpExporter({
      url: `${test.url}/v1/metrics`,
      headers: { "x-api-key": test.key },
      compression: GZIP,
      temporalityPreference: TEMPORALITY[preference],
    }),
  grpc: (preference) =>
    new GrpcExporter({
      url: test.grpcUrl,
      metadata: grpcMetadata(test.key),
      temporalityPreference: TEMPORALITY[preference],
    }),
};

describe.each(Object.keys(exporters))("metrics of OpenTelemetry's SDK over %s", (transport) => {
  it.each(["cumulative", "delta"] as const)("arrive in all kinds an SDK makes, %s", async (preference) => {
    const prefix = `${transport}.${preference}`;
    const provider = new MeterProvider({
      resource: resourceFromAttributes({ "service.name": "sdk-agent", "host.name": "web-1" }),
      readers: [
        new PeriodicExportingMetricReader({
          exporter: exporters[transport]!(preference),
          exportIntervalMillis: 3_600_000,
        }),
      ],
      views: [
        {
          instrumentName: `${prefix}.exponential`,
          aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM },
        },
        {
          instrumentName: `${prefix}.histogram`,
          aggregation: {
            type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM,
            options: { boundaries: [1, 10, 100] },
          },
        },
      ],
    });
    const meter = provider.getMeter("signals", "1.0");
    const counter = meter.createCounter(`${prefix}.counter`, { unit: "{call}" });
    const upDown = meter.createUpDownCounter(`${prefix}.updown`);
    meter.createObservableGauge(`${prefix}.gauge`).addCallback((result) => result.observe(0.5, { cpu: "0" }));
    const histogram = meter.createHistogram(`${prefix}.histogram`, { unit: "ms" });
    const exponential = meter.createHistogram(`${prefix}.exponential`);
    for (const round of [1, 2]) {
      counter.add(3, { model: "a" });
      upDown.add(round === 1 ? 5 : -2);
      for (const value of [0.5, 5, 500]) histogram.record(value);
      for (const value of [1, 2, 4]) exponential.record(value);
      await provider.forceFlush();
    }
    await provider.shutdown();

    const samples = await storedSamples(test, prefix);
    const of = (name: string) => samples.filter(({ metric }) => metric === `${prefix}.${name}`).slice(0, 2);
    const [first, second] = preference === "delta" ? [1, 1] : [1, 2];
    expect(of("counter")).toMatchObject([
      { kind: "sum", temporality: preference, monotonic: 1, unit: "{call}", value: 3 * first! },
      { value: 3 * second!, attributes: { model: "a" } },
    ]);
    expect(of("counter")[0]!.resource).toMatchObject({ "service.name": "sdk-agent", "host.name": "web-1" });
    // An SDK keeps sums that go up and down cumulative, also where it is asked for deltas.
    expect(of("updown")).toMatchObject([
      { kind: "sum", temporality: "cumulative", monotonic: 0, value: 5 },
      { value: 3 },
    ]);
    expect(of("gauge")).toMatchObject([
      { kind: "gauge", value: 0.5, attributes: { cpu: "0" } },
      { value: 0.5 },
    ]);
    expect(of("histogram")).toMatchObject([
      { kind: "histogram", temporality: preference, unit: "ms", bounds: [1, 10, 100] },
      { count: 3 * second!, sum: 505.5 * second!, bucket_counts: [1, 1, 0, 1].map((n) => n * second!) },
    ]);
    expect(of("exponential")).toMatchObject([
      { kind: "exponential_histogram", temporality: preference, count: 3 * first!, sum: 7 * first! },
      { count: 3 * second!, min: 1, max: 4 },
    ]);
    expect(of("exponential")[1]!.positive_counts.reduce((sum, one) => sum + one, 0)).toBe(3 * second!);
    expect(samples.every(({ start_ms, time_ms }) => start_ms > 0 || time_ms > 0)).toBe(true);
  });
});

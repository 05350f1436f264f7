import { InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { describe, expect, it } from "vitest";
import { emitInThePast, emitLive, type PlannedSpan, SpanKind } from "./planned-span.ts";

function recorder() {
  const exporter = new InMemorySpanExporter();
  const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  return { exporter, tracer: provider.getTracer("test") };
}

const leaf = (name: string, ms: number): PlannedSpan => ({
  name,
  kind: SpanKind.CLIENT,
  attributes: {},
  ms,
});
const ms = ([seconds, nanos]: [number, number]) => seconds * 1000 + nanos / 1e6;

describe("a planned span in the past", () => {
  it.each([
    { parallel: false, total: 10 + 20 + 30 },
    { parallel: true, total: 10 + 30 },
  ])("lasts as long as its own time and its children's (parallel: $parallel)", ({ parallel, total }) => {
    const { exporter, tracer } = recorder();
    const plan: PlannedSpan = {
      ...leaf("root", 10),
      parallel,
      children: [leaf("a", 20), { ...leaf("b", 30), error: { type: "timeout", message: "Too slow." } }],
    };
    expect(emitInThePast(plan, tracer, 1_000_000.25)).toBeCloseTo(1_000_000.25 + total, 2);
    const spans = exporter.getFinishedSpans();
    expect(spans.map((span) => span.name)).toEqual(["a", "b", "root"]);
    expect(ms(spans[2]!.startTime)).toBeCloseTo(1_000_000.25, 2);
    expect(ms(spans[2]!.duration)).toBeCloseTo(total, 2);
    expect(spans[1]!.status).toEqual({ code: 2, message: "Too slow." });
    expect(spans[1]!.attributes["error.type"]).toBe("timeout");
    expect(spans[0]!.parentSpanContext?.spanId).toBe(spans[2]!.spanContext().spanId);
  });
});

describe("a planned span lived through", () => {
  it("takes its time", async () => {
    const { exporter, tracer } = recorder();
    await emitLive({ ...leaf("root", 5), children: [leaf("a", 40)] }, tracer, new AbortController().signal);
    expect(ms(exporter.getFinishedSpans()[1]!.duration)).toBeGreaterThan(40);
  });

  it("ends every span it began when it is stopped", async () => {
    const { exporter, tracer } = recorder();
    const stop = new AbortController();
    const done = emitLive({ ...leaf("root", 0), children: [leaf("a", 60_000)] }, tracer, stop.signal);
    setTimeout(() => stop.abort(), 20);
    await expect(done).rejects.toThrow();
    expect(exporter.getFinishedSpans().map((span) => span.name)).toEqual(["a", "root"]);
  });
});

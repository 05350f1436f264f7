import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import { OTLPTraceExporter as GrpcExporter } from "@opentelemetry/exporter-trace-otlp-grpc";
import { OTLPTraceExporter as HttpExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BasicTracerProvider, BatchSpanProcessor, type SpanExporter } from "@opentelemetry/sdk-trace-base";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GZIP, grpcMetadata } from "./support/exporter-options.ts";
import { type ListeningApp, startListeningApp } from "./support/listening-app.ts";

let test: ListeningApp;
beforeAll(async () => {
  test = await startListeningApp();
});
afterAll(() => test.close());

const exporters: Record<string, () => SpanExporter> = {
  "HTTP and protobuf": () =>
    new HttpExporter({ url: `${test.url}/v1/traces`, headers: { "x-api-key": test.key } }),
  "HTTP, protobuf and gzip": () =>
    new HttpExporter({
      url: `${test.url}/v1/traces`,
      headers: { authorization: `Bearer ${test.key}` },
      compression: GZIP,
    }),
  gRPC: () => new GrpcExporter({ url: test.grpcUrl, metadata: grpcMetadata(test.key) }),
  "gRPC and gzip": () =>
    new GrpcExporter({ url: test.grpcUrl, metadata: grpcMetadata(test.key), compression: GZIP }),
};

describe("traces of OpenTelemetry's SDK", () => {
  it.each(Object.keys(exporters))("arrive over %s", async (name) => {
    const provider = new BasicTracerProvider({
      resource: resourceFromAttributes({ "service.name": "sdk-agent" }),
      spanProcessors: [new BatchSpanProcessor(exporters[name]!())],
    });
    const tracer = provider.getTracer("signals", "1.0");
    const span = tracer.startSpan(`invoke_agent over ${name}`, {
      kind: SpanKind.CLIENT,
      attributes: { "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "tester", numbers: [1, 2] },
    });
    span.addEvent("happened");
    span.setStatus({ code: SpanStatusCode.ERROR, message: "on purpose" });
    span.end();
    await provider.forceFlush();
    await provider.shutdown();

    const { traceId, spanId } = span.spanContext();
    const response = await test.app.inject({
      url: `/api/v1/spans/${spanId}?trace_id=${traceId}`,
      headers: test.keyHeaders,
    });
    expect(response.json()).toMatchObject({
      name: `invoke_agent over ${name}`,
      kind: "client",
      status: "error",
      agent: "tester",
      attributes: { numbers: [1, 2] },
    });
  });

  it("come again when the product is busy, and then arrive", async () => {
    const waiting = test.context.ingest.memory.open();
    waiting.growTo(test.context.config.ingest.maxBufferedBytes);
    const provider = new BasicTracerProvider({
      spanProcessors: [new BatchSpanProcessor(exporters["HTTP and protobuf"]!())],
    });
    const span = provider.getTracer("signals").startSpan("patient");
    span.end();
    const flushed = provider.forceFlush();
    await expect
      .poll(async () => (await test.app.inject("/metrics")).body, { timeout: 8_000 })
      .toMatch(/flightdeck_ingest_requests_total\{signal="traces",outcome="refused"\} 1/);
    waiting.release();
    await flushed;
    await provider.shutdown();

    const { traceId } = span.spanContext();
    const response = await test.app.inject({ url: `/api/v1/traces/${traceId}`, headers: test.keyHeaders });
    expect(response.json().trace.name).toBe("patient");
  });
});

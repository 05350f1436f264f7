import { ROOT_CONTEXT, type SpanContext, trace } from "@opentelemetry/api";
import { SeverityNumber } from "@opentelemetry/api-logs";
import { OTLPLogExporter as GrpcExporter } from "@opentelemetry/exporter-logs-otlp-grpc";
import { OTLPLogExporter as HttpExporter } from "@opentelemetry/exporter-logs-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchLogRecordProcessor, LoggerProvider, type LogRecordExporter } from "@opentelemetry/sdk-logs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newSpanId, newTraceId } from "#test/support/otlp.ts";
import { GZIP, grpcMetadata } from "./support/exporter-options.ts";
import { type ListeningApp, startListeningApp } from "./support/listening-app.ts";

let test: ListeningApp;
beforeAll(async () => {
  test = await startListeningApp();
});
afterAll(() => test.close());

const exporters: Record<string, () => LogRecordExporter> = {
  http: () =>
    new HttpExporter({
      url: `${test.url}/v1/logs`,
      headers: { "x-api-key": test.key },
      compression: GZIP,
    }),
  grpc: () => new GrpcExporter({ url: test.grpcUrl, metadata: grpcMetadata(test.key) }),
};

describe("logs of OpenTelemetry's SDK", () => {
  it.each(Object.keys(exporters))(
    "arrive over %s with severity, body, attributes and trace",
    async (name) => {
      const provider = new LoggerProvider({
        resource: resourceFromAttributes({ "service.name": `logger-${name}` }),
        processors: [new BatchLogRecordProcessor({ exporter: exporters[name]!() } as never)],
      });
      const spanContext: SpanContext = { traceId: newTraceId(), spanId: newSpanId(), traceFlags: 1 };
      const logger = provider.getLogger("signals", "1.0");
      logger.emit({
        severityNumber: SeverityNumber.WARN,
        severityText: "WARN",
        body: "the tool is slow",
        attributes: { attempt: 2, tool: "search", retried: true },
        context: trace.setSpanContext(ROOT_CONTEXT, spanContext),
      });
      logger.emit({ body: { question: "why?", tokens: [1, 2] }, eventName: "gen_ai.choice" });
      await provider.forceFlush();
      await provider.shutdown();

      const rows = await test.rows<Record<string, unknown>>(
        `SELECT severity_number, severity_text, body, body_is_json, event_name, lower(hex(trace_id)) AS trace,
         lower(hex(span_id)) AS span, attributes_string, attributes_number, attributes_bool, scope_name
       FROM logs WHERE service = {service:String} ORDER BY severity_number DESC`,
        { service: `logger-${name}` },
      );
      expect(rows).toMatchObject([
        {
          severity_number: 13,
          severity_text: "WARN",
          body: "the tool is slow",
          trace: spanContext.traceId,
          span: spanContext.spanId,
          attributes_string: { tool: "search" },
          attributes_number: { attempt: 2 },
          attributes_bool: { retried: true },
          scope_name: "signals",
        },
        { severity_number: 0, body_is_json: 1, event_name: "gen_ai.choice" },
      ]);
      expect(JSON.parse(String(rows[1]!.body))).toEqual({ question: "why?", tokens: [1, 2] });
    },
  );
});

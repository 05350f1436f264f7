import { randomBytes } from "node:crypto";
import { encodeTraces, type SpanInput } from "#features/ingest/server/otlp/testing/otlp-encoder.ts";
import { encodeTracesJson } from "#features/ingest/server/otlp/testing/otlp-json-encoder.ts";
import type { HttpServer } from "#platform/http/server.ts";

export type { SpanInput };

const MS = 1_000_000n;

/** Random hex of so many bytes. */
export const randomHex = (bytes: number) => randomBytes(bytes).toString("hex");
export const newTraceId = () => randomHex(16);
export const newSpanId = () => randomHex(8);

/** A span with what a test does not care about filled in: a root that ended now and took 100 ms. */
export function testSpan(
  given: Partial<SpanInput> & { startMs?: number; durationMs?: number } = {},
): SpanInput {
  const { startMs, durationMs = 100, ...span } = given;
  const startNs = span.startNs ?? BigInt(Math.round(startMs ?? Date.now() - durationMs)) * MS;
  return {
    traceId: newTraceId(),
    spanId: newSpanId(),
    name: "work",
    kind: 1,
    startNs,
    endNs: startNs + BigInt(durationMs) * MS,
    ...span,
  };
}

/** An export request of these spans. */
export function exportRequest(
  spans: readonly SpanInput[],
  options: { encoding?: "protobuf" | "json"; resource?: Record<string, string> } = {},
): { payload: Buffer; headers: Record<string, string> } {
  const groups = [
    {
      resource: options.resource ?? { "service.name": "test-agent" },
      scopeSpans: [{ scope: { name: "test", version: "1" }, spans }],
    },
  ];
  return options.encoding === "json"
    ? { payload: encodeTracesJson(groups), headers: { "content-type": "application/json" } }
    : { payload: encodeTraces(groups), headers: { "content-type": "application/x-protobuf" } };
}

/** Sends spans through the front door; throws unless all were taken. */
export async function sendSpans(
  app: HttpServer,
  keyHeaders: Record<string, string>,
  spans: readonly SpanInput[],
  resource?: Record<string, string>,
): Promise<void> {
  const { payload, headers } = exportRequest(spans, resource ? { resource } : {});
  const response = await app.inject({
    method: "POST",
    url: "/v1/traces",
    headers: { ...headers, ...keyHeaders },
    payload,
  });
  if (response.statusCode !== 200 || response.rawPayload.length > 0) {
    throw new Error(`spans were not taken: ${response.statusCode} ${response.body}`);
  }
}

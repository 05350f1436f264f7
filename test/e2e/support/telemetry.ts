import { randomBytes } from "node:crypto";
import { encodeTraces, type SpanInput } from "#features/ingest/server/otlp/testing/otlp-encoder.ts";
import { API_KEY, type Product } from "./product.ts";

export const newTraceId = (): string => randomBytes(16).toString("hex");
export const newSpanId = (): string => randomBytes(8).toString("hex");

/** A span in milliseconds since 1970, which tests find easier to write. */
export interface TestSpanInput extends Omit<SpanInput, "startNs" | "endNs" | "spanId"> {
  spanId?: string;
  startMs: number;
  durationMs: number;
}

/** Sends spans as OTLP protobuf and returns when they are durable. */
export async function sendSpans(
  product: Pick<Product, "otlpUrl">,
  spans: readonly TestSpanInput[],
  service = "e2e",
  apiKey = API_KEY,
): Promise<void> {
  const body = encodeTraces([
    {
      resource: { "service.name": service },
      scopeSpans: [
        {
          scope: { name: "e2e" },
          spans: spans.map(({ startMs, durationMs, ...span }) => ({
            ...span,
            spanId: span.spanId ?? newSpanId(),
            startNs: BigInt(Math.round(startMs * 1e6)),
            endNs: BigInt(Math.round((startMs + durationMs) * 1e6)),
          })),
        },
      ],
    },
  ]);
  const response = await fetch(`${product.otlpUrl}/v1/traces`, {
    method: "POST",
    headers: { "content-type": "application/x-protobuf", "x-api-key": apiKey },
    body: new Uint8Array(body),
  });
  const answer = Buffer.from(await response.arrayBuffer());
  if (response.status !== 200 || answer.length > 0) {
    throw new Error(`The spans were answered ${response.status}: ${answer.toString("utf8")}`);
  }
}

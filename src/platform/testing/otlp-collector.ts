import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import protobuf from "protobufjs";

/** The fields of an OTLP trace export that tests look at, with their numbers in opentelemetry-proto. */
const { root } = protobuf.parse(`
  syntax = "proto3";
  message Export { repeated ResourceSpans resource_spans = 1; }
  message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; }
  message Resource { repeated KeyValue attributes = 1; }
  message ScopeSpans { Scope scope = 1; repeated Span spans = 2; }
  message Scope { string name = 1; }
  message Span {
    bytes trace_id = 1; bytes span_id = 2; bytes parent_span_id = 4; string name = 5;
    fixed64 start_time_unix_nano = 7; fixed64 end_time_unix_nano = 8;
    repeated KeyValue attributes = 9; Status status = 15;
  }
  message Status { string message = 2; int32 code = 3; }
  message KeyValue { string key = 1; Value value = 2; }
  message Value { string string_value = 1; int64 int_value = 3; double double_value = 4; }
`);
const Export = root.lookupType("Export");

interface WireKeyValue {
  key: string;
  value?: { stringValue?: string; intValue?: number; doubleValue?: number };
}

interface WireExport {
  resourceSpans: {
    resource?: { attributes: WireKeyValue[] };
    scopeSpans: {
      scope?: { name?: string };
      spans: (Omit<CollectedSpan, "service" | "scope" | "attributes" | "startMs" | "endMs"> & {
        attributes: WireKeyValue[];
        startTimeUnixNano: number;
        endTimeUnixNano: number;
      })[];
    }[];
  }[];
}

/** A span as the collector read it; ids are base64, times epoch milliseconds. */
export interface CollectedSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  service: string;
  scope: string;
  startMs: number;
  endMs: number;
  /** Strings and numbers; other kinds of values are `undefined`. */
  attributes: Record<string, string | number | undefined>;
  status?: { message?: string; code?: number };
}

/** A running collector. */
export interface OtlpCollector {
  /** Base of the endpoint, as OTEL_EXPORTER_OTLP_ENDPOINT wants it. */
  readonly url: string;
  readonly requests: { path: string; headers: IncomingHttpHeaders }[];
  readonly spans: CollectedSpan[];
  /** What came as JSON, by the path it was sent to. */
  readonly json: { path: string; body: unknown }[];
  stop(): Promise<void>;
}

function attributesOf(list: WireKeyValue[] | undefined): CollectedSpan["attributes"] {
  return Object.fromEntries(
    (list ?? []).map(({ key, value }) => [key, value?.stringValue ?? value?.intValue ?? value?.doubleValue]),
  );
}

function decode(body: Buffer): CollectedSpan[] {
  const options = { bytes: String, longs: Number, arrays: true };
  const wire = Export.toObject(Export.decode(body), options) as WireExport;
  return wire.resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ scope, spans }) =>
      spans.map(({ startTimeUnixNano, endTimeUnixNano, ...span }) => ({
        ...span,
        service: String(attributesOf(resource?.attributes)["service.name"] ?? ""),
        scope: scope?.name ?? "",
        startMs: startTimeUnixNano / 1e6,
        endMs: endTimeUnixNano / 1e6,
        attributes: attributesOf(span.attributes),
      })),
    ),
  );
}

/**
 * Starts the smallest OTLP/HTTP collector: a real HTTP server that decodes protobuf trace exports and keeps
 * their spans, and keeps JSON exports of any signal as they are, for tests of what an exporter sends.
 */
export async function startOtlpCollector(): Promise<OtlpCollector> {
  const requests: OtlpCollector["requests"] = [];
  const spans: CollectedSpan[] = [];
  const json: OtlpCollector["json"] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const path = request.url ?? "";
    const body = Buffer.concat(chunks);
    requests.push({ path, headers: request.headers });
    if (request.headers["content-type"] === "application/json")
      json.push({ path, body: JSON.parse(String(body)) });
    else spans.push(...decode(body));
    response.writeHead(200, { "content-type": "application/x-protobuf" }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    spans,
    json,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

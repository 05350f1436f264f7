import type { SpanView } from "#features/telemetry/server/index.ts";
import type { ReadOutcome } from "../read-outcome.ts";
import { readJsonTraces, readProtobufTraces } from "../trace-reader.ts";

/** A copy of everything a span view holds, in a form that compares and prints well. */
export function snapshot(view: SpanView) {
  const { attributes, origin } = view;
  return {
    traceId: view.traceId.toString("hex"),
    spanId: view.spanId.toString("hex"),
    parentSpanId: view.hasParent ? view.parentSpanId.toString("hex") : "",
    name: view.name,
    kind: view.kind,
    startNs: (BigInt(view.startHigh) << 32n) | BigInt(view.startLow),
    endNs: (BigInt(view.endHigh) << 32n) | BigInt(view.endLow),
    status: [view.statusCode, view.statusMessage] as [number, string],
    traceState: view.traceState,
    attributes: attributes.keys
      .slice(0, attributes.size)
      .map((key, slot) => [key, attributes.kinds[slot], attributes.textAt(slot)] as [string, number, string]),
    events: view.events.map((event) => ({ ...event, attributes: Object.entries(event.attributes) })),
    links: view.links.map((link) => ({ ...link, attributes: Object.entries(link.attributes) })),
    origin: {
      serviceName: origin.serviceName,
      scopeName: origin.scopeName,
      scopeVersion: origin.scopeVersion,
      schemaUrl: origin.schemaUrl,
      scopeAttributes: [...(origin.scopeAttributes ?? [])],
      resource: [...origin.resource],
    },
  };
}
export type SpanSnapshot = ReturnType<typeof snapshot>;

/** All spans a body gives, and what became of it. */
export interface ReadSpans {
  spans: SpanSnapshot[];
  outcome: ReadOutcome;
}

/** Reads a body and copies every span. */
export function readSpans(encoding: "protobuf" | "json", body: Buffer, nowMs: number): ReadSpans {
  const spans: SpanSnapshot[] = [];
  const read = encoding === "json" ? readJsonTraces : readProtobufTraces;
  const outcome = read(body, nowMs, (view) => spans.push(snapshot(view)));
  return { spans, outcome };
}

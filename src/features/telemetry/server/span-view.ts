import { Attributes } from "./attributes.ts";

/** OTLP status codes. */
export const StatusCode = { unset: 0, ok: 1, error: 2 } as const;

/** One timed event of a span, in arrival order. */
export interface SpanEvent {
  /** Nanoseconds since 1970 as 64-bit integer. */
  timeNs: bigint;
  name: string;
  /** The event's attributes as plain values; has no prototype, so a key `__proto__` is only a key. */
  attributes: Record<string, unknown>;
}

/** A link from a span to another one, of this or another trace. */
export interface SpanLink {
  traceId: string;
  spanId: string;
  attributes: Record<string, unknown>;
}

/** Resource and instrumentation scope that a run of spans share; one object per group, not per span. */
export interface SpanOrigin {
  serviceName: string;
  scopeName: string;
  scopeVersion: string;
  /** Attributes of the scope as text, where the reader has them. */
  scopeAttributes?: ReadonlyMap<string, string>;
  schemaUrl: string;
  /** All resource attributes as text; keys in arrival order. */
  resource: ReadonlyMap<string, string>;
}

/**
 * One decoded span as readers of every encoding hand it on and dialects see it. There is one such object
 * per reader, refilled for each span: whoever wants to keep a value copies it.
 */
export class SpanView {
  /** 16 and 8 bytes; `parentSpanId` is all zeros when `hasParent` is false. */
  readonly traceId = Buffer.alloc(16);
  readonly spanId = Buffer.alloc(8);
  readonly parentSpanId = Buffer.alloc(8);
  hasParent = false;
  name = "";
  /** OTLP's SpanKind: 0 unspecified, 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  kind = 0;
  /** Nanoseconds since 1970, as the high and low unsigned 32 bits: 64 bits without a BigInt per span. */
  startHigh = 0;
  startLow = 0;
  endHigh = 0;
  endLow = 0;
  statusCode = 0;
  statusMessage = "";
  traceState = "";
  readonly attributes = new Attributes();
  readonly events: SpanEvent[] = [];
  readonly links: SpanLink[] = [];
  origin!: SpanOrigin;
}

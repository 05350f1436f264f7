import { type SpanOrigin, SpanView } from "#features/telemetry/server/index.ts";
import { MAX_NAME_BYTES } from "./limits.ts";
import { malformed } from "./malformed.ts";
import { readResource, readScope, type Scope } from "./protobuf-resource.ts";
import { guessSignal } from "./protobuf-signal.ts";
import { ProtobufSpanReader } from "./protobuf-span.ts";
import { OutcomeCounter, type ReadOutcome, type SpanSink } from "./read-outcome.ts";
import { Reason } from "./rejection-reasons.ts";
import { latestTimeNs } from "./span-rules.ts";
import { decodeText } from "./utf8-text.ts";
import { WireCursor } from "./wire-cursor.ts";

/** Tags of ExportTraceServiceRequest, ResourceSpans and ScopeSpans. */
const RESOURCE_SPANS = 0x0a;
const RESOURCE = 0x0a;
const SCOPE_SPANS = 0x12;
const SCOPE = 0x0a;
const SPAN = 0x12;
const SCHEMA_URL = 0x1a;

/** What the spans of one ResourceSpans share. */
interface Group {
  readable: boolean;
  attributes: Map<string, string>;
  schemaUrl: string;
}

/**
 * Reads an ExportTraceServiceRequest (opentelemetry-proto, collector/trace/v1) straight from its bytes and
 * hands every span to `sink`. A span that is broken or against the rules is passed over by its length and
 * counted, its neighbours are kept; a resource or scope that is broken takes only its own spans along. When
 * the framing itself breaks, what was read before the break is kept and the rest counts as one rejection.
 * @param nowMs our clock in milliseconds since 1970, to refuse absurd times
 * @throws FlightdeckError `malformed_otlp` (400) when the body is no such message and nothing was accepted
 */
export function readProtobufTraces(body: Buffer, nowMs: number, sink: SpanSink): ReadOutcome {
  const walk = new TraceWalk(body, nowMs, sink);
  walk.request();
  return walk.outcome;
}

class TraceWalk {
  readonly outcome = new OutcomeCounter();
  private readonly cursor: WireCursor;
  private readonly sink: SpanSink;
  private readonly view = new SpanView();
  private readonly spans: ProtobufSpanReader;

  constructor(body: Buffer, nowMs: number, sink: SpanSink) {
    this.cursor = new WireCursor(body);
    this.sink = sink;
    this.spans = new ProtobufSpanReader(this.cursor, this.view, latestTimeNs(nowMs));
  }

  request(): void {
    const { cursor, outcome } = this;
    let broken = false;
    while (cursor.pos < cursor.end) {
      const tag = cursor.tag();
      if (tag === RESOURCE_SPANS) {
        const end = this.groupEnd();
        const clipped = end < 0;
        this.resourceSpans(clipped ? cursor.end : end, clipped);
        broken ||= clipped;
      } else if (tag >>> 3 === 1) cursor.fail(Reason.wireType);
      else if (tag !== 0) cursor.skip(tag);
    }
    if (!broken && cursor.failure === "") return;
    if (outcome.accepted === 0) throw malformed(cursor.bytes, "protobuf");
    outcome.reject(Reason.cutOff);
  }

  /**
   * End of the group that starts here, or -1 when its length runs past the end of what encloses it: then it
   * is read as far as it goes, so that whole spans before a cut are not lost with it.
   */
  private groupEnd(): number {
    const { cursor } = this;
    const length = cursor.varint();
    if (cursor.failure === "" && cursor.high === 0 && length <= cursor.end - cursor.pos)
      return cursor.pos + length;
    return -1;
  }

  private resourceSpans(end: number, clipped: boolean): void {
    const { cursor } = this;
    const outer = cursor.end;
    cursor.end = end;
    const group = this.groupOf(end);
    let broken = false;
    while (cursor.pos < end) {
      const tag = cursor.tag();
      if (tag === SCOPE_SPANS) {
        const scopeEnd = this.groupEnd();
        const scopeClipped = scopeEnd < 0;
        this.scopeSpans(scopeClipped ? end : scopeEnd, scopeClipped || clipped, group);
        broken ||= scopeClipped;
      } else if (tag >>> 3 === 2) cursor.fail(Reason.wireType);
      else if (tag !== 0) cursor.skip(tag);
    }
    this.leave(end, outer, broken, clipped);
  }

  /** A message may hold its fields in any order, so the resource is looked for before the spans are read. */
  private groupOf(end: number): Group {
    const { cursor } = this;
    const start = cursor.pos;
    const group: Group = { readable: true, attributes: new Map(), schemaUrl: "" };
    while (cursor.pos < end) {
      const tag = cursor.tag();
      if (tag === RESOURCE) {
        const stop = cursor.delimited();
        if (cursor.failure !== "" || !readResource(cursor, cursor.pos, stop, group.attributes))
          group.readable = false;
        cursor.pos = stop;
      } else if (tag === SCHEMA_URL) {
        const stop = cursor.delimited();
        group.schemaUrl = decodeText(cursor.bytes, cursor.pos, stop, MAX_NAME_BYTES);
        cursor.pos = stop;
      } else if (tag >>> 3 === 1) {
        group.readable = false;
        cursor.skip(tag);
      } else if (tag !== 0) cursor.skip(tag);
    }
    cursor.failure = "";
    cursor.pos = start;
    return group;
  }

  private scopeSpans(end: number, clipped: boolean, group: Group): void {
    const { cursor, outcome, view } = this;
    const outer = cursor.end;
    cursor.end = end;
    const origin = this.originOf(end, group);
    while (cursor.pos < end) {
      const tag = cursor.tag();
      if (tag === SPAN) {
        const stop = cursor.delimited();
        if (cursor.failure !== "") break;
        if (origin === undefined) {
          outcome.reject(Reason.resource);
          cursor.pos = stop;
          continue;
        }
        const start = cursor.pos;
        const reason = this.spans.read(stop);
        if (reason === "") {
          view.origin = origin;
          outcome.accepted++;
          this.sink(view);
        } else outcome.reject(guessSignal(cursor.bytes, start, stop) || reason);
      } else if (tag >>> 3 === 2) {
        outcome.reject(Reason.wireType);
        cursor.skip(tag);
      } else if (tag !== 0) cursor.skip(tag);
    }
    this.leave(end, outer, false, clipped);
  }

  /** What the spans of one ScopeSpans share; undefined when its scope or resource is unreadable. */
  private originOf(end: number, group: Group): SpanOrigin | undefined {
    const { cursor } = this;
    const start = cursor.pos;
    const scope: Scope = { name: "", version: "", attributes: new Map() };
    let { readable, schemaUrl } = group;
    while (cursor.pos < end) {
      const tag = cursor.tag();
      if (tag === SCOPE) {
        const stop = cursor.delimited();
        if (cursor.failure !== "" || !readScope(cursor, cursor.pos, stop, scope)) readable = false;
        cursor.pos = stop;
      } else if (tag === SCHEMA_URL) {
        const stop = cursor.delimited();
        const url = decodeText(cursor.bytes, cursor.pos, stop, MAX_NAME_BYTES);
        if (url !== "") schemaUrl = url;
        cursor.pos = stop;
      } else if (tag >>> 3 === 1) {
        readable = false;
        cursor.skip(tag);
      } else if (tag !== 0) cursor.skip(tag);
    }
    cursor.failure = "";
    cursor.pos = start;
    if (!readable) return undefined;
    return {
      serviceName: group.attributes.get("service.name") ?? "",
      scopeName: scope.name,
      scopeVersion: scope.version,
      scopeAttributes: scope.attributes,
      schemaUrl,
      resource: group.attributes,
    };
  }

  /** Ends a group; a break inside is counted here unless the group itself was cut off and counted outside. */
  private leave(end: number, outer: number, broken: boolean, clipped: boolean): void {
    const { cursor } = this;
    if (!clipped && (broken || cursor.failure !== "")) this.outcome.reject(Reason.cutOff);
    cursor.failure = "";
    cursor.pos = end;
    cursor.end = outer;
  }
}

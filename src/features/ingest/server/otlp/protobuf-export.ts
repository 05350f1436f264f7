import type { SpanOrigin } from "#features/telemetry/server/index.ts";
import { MAX_NAME_BYTES } from "./limits.ts";
import { malformed } from "./malformed.ts";
import { readResource, readScope, type Scope } from "./protobuf-resource.ts";
import type { OutcomeCounter } from "./read-outcome.ts";
import { Reason } from "./rejection-reasons.ts";
import { decodeText } from "./utf8-text.ts";
import type { WireCursor } from "./wire-cursor.ts";

/** Tags that the export requests of all signals share: resource group, scope group and item have the same numbers. */
const RESOURCE_GROUP = 0x0a;
const RESOURCE = 0x0a;
const SCOPE_GROUP = 0x12;
const SCOPE = 0x0a;
const ITEM = 0x12;
const SCHEMA_URL = 0x1a;

/**
 * Reads the item (span, metric or log record) between `cursor.pos` and `end` and counts what became of it. The
 * origin is undefined when the item's resource or scope is unreadable: then it is only to be counted as rejected.
 */
export type ProtobufItemReader = (end: number, origin: SpanOrigin | undefined) => void;

/** What the items of one resource share. */
interface Group {
  readable: boolean;
  attributes: Map<string, string>;
  schemaUrl: string;
}

/**
 * Walks an Export…ServiceRequest of opentelemetry-proto and hands every item to `readItem`. A resource or scope that
 * is broken takes only its own items along. When the framing itself breaks, what was read before the break is kept
 * and the rest counts as one rejection.
 * @throws FlightdeckError `malformed_otlp` (400) when the body is no such message and nothing was accepted
 */
export function walkProtobufExport(
  cursor: WireCursor,
  outcome: OutcomeCounter,
  message: string,
  readItem: ProtobufItemReader,
): void {
  new ExportWalk(cursor, outcome, message, readItem).request();
}

class ExportWalk {
  private readonly cursor: WireCursor;
  private readonly outcome: OutcomeCounter;
  private readonly message: string;
  private readonly readItem: ProtobufItemReader;

  constructor(cursor: WireCursor, outcome: OutcomeCounter, message: string, readItem: ProtobufItemReader) {
    this.cursor = cursor;
    this.outcome = outcome;
    this.message = message;
    this.readItem = readItem;
  }

  request(): void {
    const { cursor, outcome } = this;
    let broken = false;
    while (cursor.pos < cursor.end) {
      const tag = cursor.tag();
      if (tag === RESOURCE_GROUP) {
        const end = this.groupEnd();
        const clipped = end < 0;
        this.resourceGroup(clipped ? cursor.end : end, clipped);
        broken ||= clipped;
      } else if (tag >>> 3 === 1) cursor.fail(Reason.wireType);
      else if (tag !== 0) cursor.skip(tag);
    }
    if (!broken && cursor.failure === "") return;
    if (outcome.accepted === 0) throw malformed(cursor.bytes, "protobuf", this.message);
    outcome.reject(Reason.cutOff);
  }

  /**
   * End of the group that starts here, or -1 when its length runs past the end of what encloses it: then it
   * is read as far as it goes, so that whole items before a cut are not lost with it.
   */
  private groupEnd(): number {
    const { cursor } = this;
    const length = cursor.varint();
    if (cursor.failure === "" && cursor.high === 0 && length <= cursor.end - cursor.pos)
      return cursor.pos + length;
    return -1;
  }

  private resourceGroup(end: number, clipped: boolean): void {
    const { cursor } = this;
    const outer = cursor.end;
    cursor.end = end;
    const group = this.groupOf(end);
    let broken = false;
    while (cursor.pos < end) {
      const tag = cursor.tag();
      if (tag === SCOPE_GROUP) {
        const scopeEnd = this.groupEnd();
        const scopeClipped = scopeEnd < 0;
        this.scopeGroup(scopeClipped ? end : scopeEnd, scopeClipped || clipped, group);
        broken ||= scopeClipped;
      } else if (tag >>> 3 === 2) cursor.fail(Reason.wireType);
      else if (tag !== 0) cursor.skip(tag);
    }
    this.leave(end, outer, broken, clipped);
  }

  /** A message may hold its fields in any order, so the resource is looked for before the items are read. */
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

  private scopeGroup(end: number, clipped: boolean, group: Group): void {
    const { cursor, outcome } = this;
    const outer = cursor.end;
    cursor.end = end;
    const origin = this.originOf(end, group);
    while (cursor.pos < end) {
      const tag = cursor.tag();
      if (tag === ITEM) {
        const stop = cursor.delimited();
        if (cursor.failure !== "") break;
        this.readItem(stop, origin);
        cursor.pos = stop;
      } else if (tag >>> 3 === 2) {
        outcome.reject(Reason.wireType);
        cursor.skip(tag);
      } else if (tag !== 0) cursor.skip(tag);
    }
    this.leave(end, outer, false, clipped);
  }

  /** What the items of one scope share; undefined when its scope or resource is unreadable. */
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

import { type SpanOrigin, SpanView } from "#features/telemetry/server/index.ts";
import { attributeKey, isObject, type JsonObject, JsonPlainReader } from "./json-any-value.ts";
import { JsonFramingError, type JsonRange, JsonScanner } from "./json-scanner.ts";
import { JsonSpanReader } from "./json-span.ts";
import { parseExact } from "./json-text.ts";
import {
  MAX_JSON_NODES,
  MAX_JSON_REJECTED,
  MAX_NAME_BYTES,
  MAX_RESOURCE_ATTRIBUTES,
  MAX_RESOURCE_VALUE_BYTES,
} from "./limits.ts";
import { malformed } from "./malformed.ts";
import { plainAsText } from "./plain-value.ts";
import { OutcomeCounter, type ReadOutcome, type SpanSink } from "./read-outcome.ts";
import { Reason } from "./rejection-reasons.ts";
import { latestTimeNs } from "./span-rules.ts";
import { limitText } from "./utf8-text.ts";

const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;

/** What the spans of one resource share; `attributes` is undefined when the resource is unreadable. */
interface Group {
  attributes: Map<string, string> | undefined;
  schemaUrl: string;
}

/**
 * Reads an export request of OTLP/JSON (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding)
 * and hands every span to `sink`. The text is cut into spans by its brackets, and only single spans are
 * parsed: memory stays bounded, and a broken span costs no other.
 * @param nowMs our clock in milliseconds since 1970, to refuse absurd times
 * @throws FlightdeckError `malformed_otlp` (400) when the body is not a JSON object
 */
export function readJsonTraces(body: Buffer, nowMs: number, sink: SpanSink): ReadOutcome {
  const walk = new JsonWalk(body, nowMs, sink);
  walk.request();
  return walk.outcome;
}

class JsonWalk {
  readonly outcome = new OutcomeCounter();
  private readonly body: Buffer;
  private readonly sink: SpanSink;
  private readonly view = new SpanView();
  private readonly spans: JsonSpanReader;

  constructor(body: Buffer, nowMs: number, sink: SpanSink) {
    this.body = body;
    this.sink = sink;
    this.spans = new JsonSpanReader(body, this.view, latestTimeNs(nowMs));
  }

  request(): void {
    const { body, outcome } = this;
    const hasByteOrderMark = body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf;
    const scanner = new JsonScanner(body, hasByteOrderMark ? 3 : 0);
    try {
      scanner.members((name, value) => this.topLevel(name, value));
      if (scanner.peek() !== -1) throw new JsonFramingError("text after the end");
    } catch (error) {
      if (!(error instanceof JsonFramingError)) throw error;
      if (outcome.accepted === 0) throw malformed(body, "json", error);
      outcome.reject(Reason.cutOff);
    }
  }

  private topLevel(name: string, value: JsonRange): void {
    switch (name) {
      case "resourceSpans":
      case "resource_spans":
        this.each(value, Reason.jsonShape, (group) => this.resourceSpans(group));
        break;
      case "resourceLogs":
      case "resource_logs":
        this.outcome.reject(Reason.logRecord, this.countItems(value, LOG_LISTS));
        break;
      case "resourceMetrics":
      case "resource_metrics":
        this.outcome.reject(Reason.metric, this.countItems(value, METRIC_LISTS));
        break;
    }
  }

  /** Calls `read` for every object of a list; whatever else is there counts as one rejection. */
  private each(list: JsonRange, reason: Reason, read: (item: JsonRange) => void): void {
    const { body, outcome } = this;
    if (this.isNull(list)) return;
    if (body[list.start] !== OPEN_BRACKET) {
      outcome.reject(reason);
      return;
    }
    new JsonScanner(body, list.start, list.end).elements((item) => {
      if (outcome.rejected >= MAX_JSON_REJECTED) outcome.reject(Reason.unread);
      else if (body[item.start] !== OPEN_BRACE) outcome.reject(reason);
      else read(item);
    });
  }

  private resourceSpans(range: JsonRange): void {
    const lists: JsonRange[] = [];
    const group: Group = { attributes: new Map(), schemaUrl: "" };
    const framed = this.members(range, (name, value) => {
      if (name === "resource") group.attributes = this.resource(value);
      else if (name === "scopeSpans" || name === "scope_spans") lists.push(value);
      else if (name === "schemaUrl" || name === "schema_url") group.schemaUrl = this.text(value);
    });
    if (framed)
      for (const list of lists) this.each(list, Reason.jsonShape, (item) => this.scopeSpans(item, group));
  }

  private scopeSpans(range: JsonRange, group: Group): void {
    const lists: JsonRange[] = [];
    let { schemaUrl } = group;
    let scope: JsonObject | undefined = {};
    const framed = this.members(range, (name, value) => {
      if (name === "scope") scope = this.isNull(value) ? {} : this.object(value);
      else if (name === "spans") lists.push(value);
      else if (name === "schemaUrl" || name === "schema_url") schemaUrl = this.text(value) || schemaUrl;
    });
    if (!framed) return;
    const origin = originOf(group, scope, schemaUrl);
    for (const list of lists) {
      this.each(list, Reason.jsonShape, (item) => {
        if (origin === undefined) this.outcome.reject(Reason.jsonResource);
        else this.span(item, origin);
      });
    }
  }

  private span(range: JsonRange, origin: SpanOrigin): void {
    const reason = this.spans.read(range);
    if (reason !== "") {
      this.outcome.reject(reason);
      return;
    }
    this.view.origin = origin;
    this.outcome.accepted++;
    this.sink(this.view);
  }

  /** The members of an object; false, and one rejection, when its brackets and commas do not fit. */
  private members(range: JsonRange, each: (name: string, value: JsonRange) => void): boolean {
    try {
      new JsonScanner(this.body, range.start, range.end).members(each);
      return true;
    } catch (error) {
      if (!(error instanceof JsonFramingError)) throw error;
      this.outcome.reject(Reason.cutOff);
      return false;
    }
  }

  private resource(range: JsonRange): Map<string, string> | undefined {
    if (this.isNull(range)) return new Map();
    const resource = this.object(range);
    return resource === undefined ? undefined : textAttributes(resource.attributes);
  }

  /** The object in a range, or undefined when it is none or too large to be parsed at once. */
  private object(range: JsonRange): JsonObject | undefined {
    if (range.nodes > MAX_JSON_NODES) return undefined;
    try {
      const value = parseExact(this.body, range);
      return isObject(value) ? value : undefined;
    } catch {
      return undefined;
    }
  }

  private text(range: JsonRange): string {
    if (range.nodes > 1) return "";
    try {
      const value = parseExact(this.body, range);
      return typeof value === "string" ? limitText(value, MAX_NAME_BYTES) : "";
    } catch {
      return "";
    }
  }

  private isNull(range: JsonRange): boolean {
    return range.end - range.start === 4 && this.body.toString("latin1", range.start, range.end) === "null";
  }

  /** Counts the items of another signal: elements of the lists named on the way down, at least one. */
  private countItems(range: JsonRange, names: readonly ReadonlySet<string>[]): number {
    const { body } = this;
    const [inner, ...deeper] = names;
    let count = 0;
    if (body[range.start] !== OPEN_BRACKET) return 1;
    try {
      new JsonScanner(body, range.start, range.end).elements((item) => {
        if (inner === undefined) count++;
        else if (body[item.start] === OPEN_BRACE) {
          new JsonScanner(body, item.start, item.end).members((name, value) => {
            if (inner.has(name)) count += this.countItems(value, deeper);
          });
        }
      });
    } catch (error) {
      if (!(error instanceof JsonFramingError)) throw error;
    }
    return count;
  }
}

const LOG_LISTS = [new Set(["scopeLogs", "scope_logs"]), new Set(["logRecords", "log_records"])];
const METRIC_LISTS = [new Set(["scopeMetrics", "scope_metrics"]), new Set(["metrics"])];

function originOf(group: Group, scope: JsonObject | undefined, schemaUrl: string): SpanOrigin | undefined {
  const { attributes } = group;
  const scopeAttributes = scope === undefined ? undefined : textAttributes(scope.attributes);
  if (attributes === undefined || scope === undefined || scopeAttributes === undefined) return undefined;
  return {
    serviceName: attributes.get("service.name") ?? "",
    scopeName: nameOf(scope.name),
    scopeVersion: nameOf(scope.version),
    scopeAttributes,
    schemaUrl,
    resource: attributes,
  };
}

function nameOf(value: unknown): string {
  return typeof value === "string" ? limitText(value, MAX_NAME_BYTES) : "";
}

/** Attributes of a resource or scope as text; undefined when they are no list and no object. */
function textAttributes(list: unknown): Map<string, string> | undefined {
  const texts = new Map<string, string>();
  if (list === undefined || list === null) return texts;
  if (typeof list !== "object") return undefined;
  const entries: [unknown, unknown][] = Array.isArray(list)
    ? list.map((item) => (isObject(item) ? [item.key, item.value ?? null] : ["", null]))
    : Object.entries(list);
  for (const [key, value] of entries) {
    const name = attributeKey(key);
    if (name === "" || texts.size >= MAX_RESOURCE_ATTRIBUTES) continue;
    const text = plainAsText(new JsonPlainReader().value(value, 0));
    texts.set(name, limitText(text, MAX_RESOURCE_VALUE_BYTES));
  }
  return texts;
}

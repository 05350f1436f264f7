import type { SpanOrigin } from "#features/telemetry/server/index.ts";
import { attributeKey, isObject, type JsonObject, JsonPlainReader } from "./json-any-value.ts";
import { JsonFramingError, type JsonRange, JsonScanner } from "./json-scanner.ts";
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
import type { OutcomeCounter } from "./read-outcome.ts";
import { Reason } from "./rejection-reasons.ts";
import { limitText } from "./utf8-text.ts";

const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;

/** What the items of one resource share; `attributes` is undefined when the resource is unreadable. */
interface Group {
  attributes: Map<string, string> | undefined;
  schemaUrl: string;
}

/**
 * Reads the item (span, metric or log record) whose JSON lies in a range and counts what became of it. The origin is
 * undefined when the item's resource or scope is unreadable: then it is only to be counted as rejected.
 */
export type JsonItemReader = (range: JsonRange, origin: SpanOrigin | undefined) => void;

/** How one signal's export request is called and what its lists are called, as proto3 and as hand-written exporters say it. */
interface JsonExportNames {
  message: string;
  resources: ReadonlySet<string>;
  scopes: ReadonlySet<string>;
  items: ReadonlySet<string>;
  /** Why items of it are rejected where another signal is expected. */
  misplaced: Reason;
}

const EXPORTS = {
  traces: {
    message: "ExportTraceServiceRequest",
    resources: new Set(["resourceSpans", "resource_spans"]),
    scopes: new Set(["scopeSpans", "scope_spans"]),
    items: new Set(["spans"]),
    misplaced: Reason.misplacedSpan,
  },
  metrics: {
    message: "ExportMetricsServiceRequest",
    resources: new Set(["resourceMetrics", "resource_metrics"]),
    scopes: new Set(["scopeMetrics", "scope_metrics"]),
    items: new Set(["metrics"]),
    misplaced: Reason.metric,
  },
  logs: {
    message: "ExportLogsServiceRequest",
    resources: new Set(["resourceLogs", "resource_logs"]),
    scopes: new Set(["scopeLogs", "scope_logs"]),
    items: new Set(["logRecords", "log_records"]),
    misplaced: Reason.logRecord,
  },
} satisfies Record<string, JsonExportNames>;

/**
 * Walks an export request of OTLP/JSON (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding) and hands
 * every item to `readItem`. The text is cut into items by its brackets, and only single items are parsed: memory
 * stays bounded, and a broken item costs no other.
 * @throws FlightdeckError `malformed_otlp` (400) when the body is not a JSON object
 */
export function walkJsonExport(
  body: Buffer,
  outcome: OutcomeCounter,
  signal: keyof typeof EXPORTS,
  readItem: JsonItemReader,
): void {
  new ExportWalk(body, outcome, EXPORTS[signal], readItem).request();
}

class ExportWalk {
  private readonly body: Buffer;
  private readonly outcome: OutcomeCounter;
  private readonly names: JsonExportNames;
  private readonly readItem: JsonItemReader;

  constructor(body: Buffer, outcome: OutcomeCounter, names: JsonExportNames, readItem: JsonItemReader) {
    this.body = body;
    this.outcome = outcome;
    this.names = names;
    this.readItem = readItem;
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
      if (outcome.accepted === 0) throw malformed(body, "json", this.names.message, error);
      outcome.reject(Reason.cutOff);
    }
  }

  private topLevel(name: string, value: JsonRange): void {
    if (this.names.resources.has(name)) {
      this.each(value, Reason.jsonShape, (group) => this.resourceGroup(group));
      return;
    }
    for (const other of Object.values(EXPORTS)) {
      if (!other.resources.has(name)) continue;
      this.outcome.reject(other.misplaced, this.countItems(value, [other.scopes, other.items]));
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

  private resourceGroup(range: JsonRange): void {
    const lists: JsonRange[] = [];
    const group: Group = { attributes: new Map(), schemaUrl: "" };
    const framed = this.members(range, (name, value) => {
      if (name === "resource") group.attributes = this.resource(value);
      else if (this.names.scopes.has(name)) lists.push(value);
      else if (name === "schemaUrl" || name === "schema_url") group.schemaUrl = this.text(value);
    });
    if (framed)
      for (const list of lists) this.each(list, Reason.jsonShape, (item) => this.scopeGroup(item, group));
  }

  private scopeGroup(range: JsonRange, group: Group): void {
    const lists: JsonRange[] = [];
    let { schemaUrl } = group;
    let scope: JsonObject | undefined = {};
    const framed = this.members(range, (name, value) => {
      if (name === "scope") scope = this.isNull(value) ? {} : this.object(value);
      else if (this.names.items.has(name)) lists.push(value);
      else if (name === "schemaUrl" || name === "schema_url") schemaUrl = this.text(value) || schemaUrl;
    });
    if (!framed) return;
    const origin = originOf(group, scope, schemaUrl);
    for (const list of lists) {
      this.each(list, Reason.jsonShape, (item) => this.readItem(item, origin));
    }
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

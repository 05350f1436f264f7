import { setImmediate } from "node:timers/promises";
import { LabelBudget, TOO_MUCH_LABEL_TEXT } from "../label-budget.ts";
import { MetricBatch } from "../metrics/metric-batch.ts";
import type { Labels, MetricPoint } from "../metrics/metric-point.ts";
import { EARLIEST_TIME_NS, LATEST_AHEAD_MS } from "../otlp/limits.ts";
import { OutcomeCounter } from "../otlp/read-outcome.ts";
import { isUtf8Range } from "../otlp/utf8-text.ts";
import { type ParsedLine, parseLine } from "./line-parser.ts";
import { splitLines } from "./line-splitter.ts";

/** Nanoseconds in one unit of each precision that a request may name. */
export const PRECISIONS = { ns: 1n, us: 1_000n, ms: 1_000_000n, s: 1_000_000_000n } as const;
export type Precision = keyof typeof PRECISIONS;

/** Why a line that can be read is refused all the same. */
export const RefusedLine = {
  notUtf8: "the line is not valid UTF-8",
  tooEarly: "the time is before the year 2000: check the precision of the request",
  tooLate: "the time is more than 24 hours in the future: check the precision and the sender's clock",
} as const;

/** A refused line, by the number a person would give it. */
export interface LineError {
  line: number;
  reason: string;
}

/** What a body of lines came to, and its points, which are not stored yet. */
export interface LinesOutcome {
  batch: MetricBatch;
  lines: OutcomeCounter;
  /** The first lines that were refused. */
  errors: LineError[];
  /** Fields passed over because their value is a text, which no metric has. */
  stringFields: number;
}

const MAX_ERRORS_TOLD = 20;
/** Lines read before others get their turn, since a body may hold very many. */
const LINES_AT_A_TIME = 500;
/** Bytes that a line usually takes. */
const LINE_BYTES = 100;
const NO_RESOURCE: Labels = [];

/**
 * Reads line protocol into gauges: each numeric field is a metric named `<measurement>_<field>`, or as the
 * measurement where the field is called `value`, with the line's tags. String fields are passed over and
 * counted, because the usual agents mix them with numbers.
 */
export async function readLines(
  body: Buffer,
  precision: Precision,
  projectId: string,
  nowMs: number,
): Promise<LinesOutcome> {
  const outcome: LinesOutcome = {
    batch: new MetricBatch(projectId, nowMs, Math.ceil(body.length / LINE_BYTES)),
    lines: new OutcomeCounter(),
    errors: [],
    stringFields: 0,
  };
  const budget = new LabelBudget();
  const nowNs = BigInt(nowMs) * PRECISIONS.ms;
  let count = 0;
  for (const { start, end, number } of splitLines(body)) {
    const line = isUtf8Range(body, start, end)
      ? parseLine(body.toString("utf8", start, end))
      : RefusedLine.notUtf8;
    const reason =
      typeof line === "string" ? line : addPoints(line, nowNs, PRECISIONS[precision], outcome, budget);
    if (reason === "") outcome.lines.accepted++;
    else {
      outcome.lines.reject(reason);
      if (outcome.errors.length < MAX_ERRORS_TOLD) outcome.errors.push({ line: number, reason });
    }
    if (++count % LINES_AT_A_TIME === 0) await setImmediate();
  }
  return outcome;
}

/** Adds the points of a line; answers why not, or nothing. */
function addPoints(
  line: ParsedLine,
  nowNs: bigint,
  unitNs: bigint,
  outcome: LinesOutcome,
  budget: LabelBudget,
): string {
  const timeNs = line.timestamp === undefined ? nowNs : line.timestamp * unitNs;
  if (timeNs < BigInt(EARLIEST_TIME_NS)) return RefusedLine.tooEarly;
  if (timeNs > nowNs + BigInt(LATEST_AHEAD_MS) * PRECISIONS.ms) return RefusedLine.tooLate;
  const attributes = line.tags.sort((a, b) => (a[0] < b[0] ? -1 : 1));
  for (const [field, value] of line.fields) {
    if (typeof value === "string") {
      outcome.stringFields++;
      continue;
    }
    if (!budget.take(attributes)) return TOO_MUCH_LABEL_TEXT;
    outcome.batch.add(gauge(metricName(line.measurement, field), attributes, timeNs, value));
  }
  return "";
}

/** The name of a field's metric, as Telegraf and Prometheus' Influx exporter make it. */
export function metricName(measurement: string, field: string): string {
  return field === "value" ? measurement : `${measurement}_${field}`;
}

function gauge(name: string, attributes: Labels, timeNs: bigint, value: number): MetricPoint {
  return {
    name,
    kind: "gauge",
    unit: "",
    description: "",
    temporality: "unspecified",
    monotonic: false,
    attributes,
    resource: NO_RESOURCE,
    scopeName: "",
    startTimeNs: 0n,
    timeNs,
    value,
  };
}

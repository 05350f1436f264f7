import { WireCursor } from "../otlp/wire-cursor.ts";
import { LabelProblem, labelText, problemOfLabels } from "./labels.ts";
import { eachOf, readHistogram } from "./wire-histogram.ts";
import { readSample } from "./wire-samples.ts";
import {
  eachField,
  eachSeries,
  hasSeriesField,
  inMessage,
  malformedWriteRequest,
  type PromExemplar,
  type PromLabels,
  type PromSeries,
  type PromType,
  signedVarint,
  unsignedVarint,
} from "./write-request.ts";

/** Tags of io.prometheus.write.v2.Request and its messages (`field << 3 | wire type`). */
const SYMBOLS = 0x22;
const TIMESERIES = 0x2a;
const Series = {
  labelRefs: 0x0a,
  labelRefsUnpacked: 0x08,
  samples: 0x12,
  histograms: 0x1a,
  exemplars: 0x22,
  metadata: 0x2a,
  createdTimestamp: 0x30,
} as const;
const Exemplar = { labelRefs: 0x0a, labelRefsUnpacked: 0x08, value: 0x11, timestamp: 0x18 } as const;
const Metadata = { type: 0x08, helpRef: 0x18, unitRef: 0x20 } as const;

/** `Metadata.MetricType` by number. */
const TYPES: readonly PromType[] = [
  "unknown",
  "counter",
  "gauge",
  "histogram",
  "gaugehistogram",
  "summary",
  "info",
  "stateset",
];

/** Distinct texts of one request; a million is far beyond what a sender batches, and bounds the memory. */
const MAX_SYMBOLS = 1_000_000;

/** The texts that labels and metadata refer to by index; undefined where one is not UTF-8. */
type Symbols = (string | undefined)[];

/**
 * Reads a remote write 2.0 request (https://prometheus.io/docs/specs/prw/remote_write_spec_2_0/), one series
 * at a time. Throws `malformed_remote_write` (400).
 */
export function readWriteRequestV2(body: Buffer): Generator<PromSeries> {
  const symbols = readSymbols(body);
  return eachSeries(new WireCursor(body), 2, TIMESERIES, (cursor, end) => readSeries(cursor, end, symbols));
}

/** Whether any series of the request has exemplars; much cheaper than reading it. */
export function hasExemplarsV2(body: Buffer): boolean {
  return hasSeriesField(body, TIMESERIES, Series.exemplars);
}

/** Read first, since protobuf lets them come after what refers to them. */
function readSymbols(body: Buffer): Symbols {
  const symbols: Symbols = [];
  const cursor = new WireCursor(body);
  eachField(cursor, body.length, (tag) => {
    if (tag !== SYMBOLS) {
      cursor.skip(tag);
      return;
    }
    const text = inMessage(cursor, (end) => labelText(body, cursor.pos, end));
    if (symbols.push(text) > MAX_SYMBOLS)
      throw malformedWriteRequest(2, `it has more than ${MAX_SYMBOLS} symbols`);
  });
  if (cursor.failure !== "") throw malformedWriteRequest(2, cursor.failure);
  if (symbols.length > 0 && symbols[0] !== "")
    throw malformedWriteRequest(2, "its symbols do not start with the empty text");
  return symbols;
}

function readSeries(cursor: WireCursor, end: number, symbols: Symbols): PromSeries {
  const series: PromSeries = {
    labels: [],
    problem: "",
    samples: [],
    histograms: [],
    exemplars: [],
    type: "unknown",
    help: "",
    unit: "",
    createdMs: 0,
  };
  const refs: number[] = [];
  eachField(cursor, end, (tag) => {
    switch (tag) {
      case Series.labelRefs:
      case Series.labelRefsUnpacked:
        eachOf(cursor, tag, refs, () => unsignedVarint(cursor));
        break;
      case Series.samples:
        series.samples.push(inMessage(cursor, (to) => readSample(cursor, to)));
        break;
      case Series.histograms:
        series.histograms.push(inMessage(cursor, (to) => readHistogram(cursor, to)));
        break;
      case Series.exemplars:
        series.exemplars.push(inMessage(cursor, (to) => readExemplar(cursor, to, symbols)));
        break;
      case Series.metadata:
        inMessage(cursor, (to) => readMetadata(cursor, to, symbols, series));
        break;
      case Series.createdTimestamp:
        series.createdMs = signedVarint(cursor);
        break;
      default:
        cursor.skip(tag);
    }
  });
  series.problem = resolveLabels(refs, symbols, series.labels) || problemOfLabels(series.labels);
  return series;
}

function readMetadata(cursor: WireCursor, end: number, symbols: Symbols, into: PromSeries): void {
  eachField(cursor, end, (tag) => {
    switch (tag) {
      case Metadata.type:
        into.type = TYPES[cursor.varint()] ?? "unknown";
        break;
      case Metadata.helpRef:
        into.help = symbols[unsignedVarint(cursor)] ?? "";
        break;
      case Metadata.unitRef:
        into.unit = symbols[unsignedVarint(cursor)] ?? "";
        break;
      default:
        cursor.skip(tag);
    }
  });
}

function readExemplar(cursor: WireCursor, end: number, symbols: Symbols): PromExemplar {
  const exemplar: PromExemplar = { labels: [], value: 0, timeMs: 0 };
  const refs: number[] = [];
  eachField(cursor, end, (tag) => {
    switch (tag) {
      case Exemplar.labelRefs:
      case Exemplar.labelRefsUnpacked:
        eachOf(cursor, tag, refs, () => unsignedVarint(cursor));
        break;
      case Exemplar.value:
        exemplar.value = cursor.double();
        break;
      case Exemplar.timestamp:
        exemplar.timeMs = signedVarint(cursor);
        break;
      default:
        cursor.skip(tag);
    }
  });
  resolveLabels(refs, symbols, exemplar.labels);
  return exemplar;
}

/** Puts the labels that pairs of references stand for into `into`; answers why not, or nothing. */
function resolveLabels(refs: readonly number[], symbols: Symbols, into: PromLabels): string {
  if (refs.length % 2 !== 0) return LabelProblem.odd;
  for (let i = 0; i < refs.length; i += 2) {
    if (refs[i]! >= symbols.length || refs[i + 1]! >= symbols.length) return LabelProblem.reference;
    const name = symbols[refs[i]!];
    const value = symbols[refs[i + 1]!];
    if (name === undefined || value === undefined) return LabelProblem.notUtf8;
    into.push([name, value]);
  }
  return "";
}

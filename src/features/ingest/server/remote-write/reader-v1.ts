import { WireCursor } from "../otlp/wire-cursor.ts";
import { LabelProblem, labelText, problemOfLabels } from "./labels.ts";
import { readHistogram } from "./wire-histogram.ts";
import { readSample } from "./wire-samples.ts";
import {
  eachField,
  eachSeries,
  hasSeriesField,
  inMessage,
  type PromExemplar,
  type PromLabels,
  type PromSeries,
  signedVarint,
} from "./write-request.ts";

/** Tags of prometheus.WriteRequest, TimeSeries, Label and Exemplar (`field << 3 | wire type`). */
const TIMESERIES = 0x0a;
const Series = { labels: 0x0a, samples: 0x12, exemplars: 0x1a, histograms: 0x22 } as const;
const LABEL_NAME = 0x0a;
const LABEL_VALUE = 0x12;
const Exemplar = { labels: 0x0a, value: 0x11, timestamp: 0x18 } as const;

/**
 * Reads a remote write 1.0 request (https://prometheus.io/docs/specs/prw/remote_write_spec/), one series at a
 * time. Its metadata comes apart from the series and is passed over: what a series is follows from its name.
 * Throws `malformed_remote_write` (400).
 */
export function readWriteRequestV1(body: Buffer): Generator<PromSeries> {
  return eachSeries(new WireCursor(body), 1, TIMESERIES, readSeries);
}

/** Whether any series of the request has exemplars; much cheaper than reading it. */
export function hasExemplarsV1(body: Buffer): boolean {
  return hasSeriesField(body, TIMESERIES, Series.exemplars);
}

function readSeries(cursor: WireCursor, end: number): PromSeries {
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
  let readable = true;
  eachField(cursor, end, (tag) => {
    switch (tag) {
      case Series.labels:
        readable = inMessage(cursor, (to) => readLabel(cursor, to, series.labels)) && readable;
        break;
      case Series.samples:
        series.samples.push(inMessage(cursor, (to) => readSample(cursor, to)));
        break;
      case Series.exemplars:
        series.exemplars.push(inMessage(cursor, (to) => readExemplar(cursor, to)));
        break;
      case Series.histograms:
        series.histograms.push(inMessage(cursor, (to) => readHistogram(cursor, to)));
        break;
      default:
        cursor.skip(tag);
    }
  });
  series.problem = readable ? problemOfLabels(series.labels) : LabelProblem.notUtf8;
  return series;
}

/** Reads a Label message into the labels; false when it is not UTF-8. */
function readLabel(cursor: WireCursor, end: number, into: PromLabels): boolean {
  let name: string | undefined = "";
  let value: string | undefined = "";
  eachField(cursor, end, (tag) => {
    if (tag !== LABEL_NAME && tag !== LABEL_VALUE) {
      cursor.skip(tag);
      return;
    }
    const text = inMessage(cursor, (to) => labelText(cursor.bytes, cursor.pos, to));
    if (tag === LABEL_NAME) name = text;
    else value = text;
  });
  if (name === undefined || value === undefined) return false;
  into.push([name, value]);
  return true;
}

function readExemplar(cursor: WireCursor, end: number): PromExemplar {
  const exemplar: PromExemplar = { labels: [], value: 0, timeMs: 0 };
  eachField(cursor, end, (tag) => {
    switch (tag) {
      case Exemplar.labels:
        inMessage(cursor, (to) => readLabel(cursor, to, exemplar.labels));
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
  return exemplar;
}

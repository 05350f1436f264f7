import { setImmediate } from "node:timers/promises";
import { LabelBudget, TOO_MUCH_LABEL_TEXT } from "../label-budget.ts";
import { MetricBatch } from "../metrics/metric-batch.ts";
import { OutcomeCounter } from "../otlp/read-outcome.ts";
import { hasExemplarsV1, readWriteRequestV1 } from "./reader-v1.ts";
import { hasExemplarsV2, readWriteRequestV2 } from "./reader-v2.ts";
import { makePoints } from "./series-points.ts";
import type { PromExemplar, PromLabels, PromSeries, RemoteWriteVersion } from "./write-request.ts";

/** What a write request came to, and its points, which are not stored yet. */
export interface WriteOutcome {
  batch: MetricBatch;
  samples: number;
  histograms: number;
  exemplars: number;
  /** Series, samples and histograms that were refused, by reason; exemplars without a sample are only left out. */
  refused: OutcomeCounter;
}

/** Bytes of protobuf that a sample usually takes. */
const SAMPLE_BYTES = 60;

/** The readers of the two versions. */
const READERS = {
  1: { read: readWriteRequestV1, hasExemplars: hasExemplarsV1 },
  2: { read: readWriteRequestV2, hasExemplars: hasExemplarsV2 },
} as const;

/** Series read before others get their turn, since a request may hold very many. */
const SERIES_AT_A_TIME = 500;

/**
 * Reads the body of a remote write request into points. A series with bad labels, or a sample with a bad time,
 * is counted and costs its neighbours nothing; a body that is no such message throws `malformed_remote_write`.
 */
export async function readWriteRequest(
  body: Buffer,
  version: RemoteWriteVersion,
  projectId: string,
  nowMs: number,
): Promise<WriteOutcome> {
  const { read, hasExemplars } = READERS[version];
  const apart = hasExemplars(body) ? exemplarsApart(read(body)) : new Map<string, PromExemplar[]>();
  const outcome: WriteOutcome = {
    batch: new MetricBatch(projectId, nowMs, Math.ceil(body.length / SAMPLE_BYTES)),
    samples: 0,
    histograms: 0,
    exemplars: 0,
    refused: new OutcomeCounter(),
  };
  const budget = new LabelBudget();
  let count = 0;
  for (const series of read(body)) {
    addSeries(series, apart, nowMs, outcome, budget);
    if (++count % SERIES_AT_A_TIME === 0) await setImmediate();
  }
  return outcome;
}

function addSeries(
  series: PromSeries,
  apart: Map<string, PromExemplar[]>,
  nowMs: number,
  outcome: WriteOutcome,
  budget: LabelBudget,
): void {
  const parts = series.samples.length + series.histograms.length;
  if (series.problem) {
    outcome.refused.reject(series.problem, Math.max(1, parts));
    return;
  }
  if (parts === 0) return;
  makePoints(series, takeExemplars(apart, series.labels), nowMs, {
    point: (point, from) => {
      if (!budget.take(point.attributes)) return outcome.refused.reject(TOO_MUCH_LABEL_TEXT);
      outcome.batch.add(point);
      outcome.refused.accepted++;
      outcome.exemplars += point.exemplars?.length ?? 0;
      if (from === "sample") outcome.samples++;
      else outcome.histograms++;
    },
    refuse: (reason) => outcome.refused.reject(reason),
  });
}

/** Prometheus sends a series' exemplars apart from its samples, in the same request. */
function exemplarsApart(all: Iterable<PromSeries>): Map<string, PromExemplar[]> {
  const apart = new Map<string, PromExemplar[]>();
  for (const { problem, labels, samples, histograms, exemplars } of all) {
    if (problem || exemplars.length === 0 || samples.length + histograms.length > 0) continue;
    const key = keyOf(labels);
    const known = apart.get(key);
    if (known) for (const exemplar of exemplars) known.push(exemplar);
    else apart.set(key, exemplars);
  }
  return apart;
}

/** A series may come in several pieces: its exemplars are stored with the first. */
function takeExemplars(apart: Map<string, PromExemplar[]>, labels: PromLabels): readonly PromExemplar[] {
  if (apart.size === 0) return [];
  const key = keyOf(labels);
  const exemplars = apart.get(key) ?? [];
  apart.delete(key);
  return exemplars;
}

function keyOf(labels: PromLabels): string {
  return JSON.stringify([...labels].sort((a, b) => (a[0] < b[0] ? -1 : 1)));
}

import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import type { HostMetricValues } from "../host-metrics-contract.ts";
import type { Aggregation, MetricQueryResult } from "../metrics-contract.ts";
import {
  HOST_LABELS,
  HOST_METRIC_SOURCES,
  HOST_METRIC_UNITS,
  type HostMetric,
  type HostMetricSource,
  hostOf,
} from "./host-metric-names.ts";
import { stepsOf } from "./metric-plan.ts";
import { queryMetric } from "./metric-query.ts";

/** Labels that tell the parts of a host apart, which are calculated with one by one. */
const PART_LABELS = [
  "cpu",
  "cpu.logical_number",
  "core",
  "device",
  "system.device",
  "mountpoint",
  "system.filesystem.mountpoint",
  "path",
];
const GROUP_BY = [...HOST_LABELS, ...PART_LABELS];
/** Parts of one host; more are left out. */
const MAX_PARTS = 1000;

/** What is asked of a host. */
export interface HostMetricQuestion {
  host: string;
  metric: HostMetric;
  range: { fromMs: number; toMs: number };
  step: number | undefined;
  signal: AbortSignal;
}

type Values = (number | null)[];

/** A canonical metric of one host, as each agent on it tells it. */
export async function queryHostMetric(
  store: TelemetryStore,
  projectId: string,
  question: HostMetricQuestion,
): Promise<HostMetricValues> {
  const steps = stepsOf(question.range, question.step);
  const candidates = HOST_METRIC_SOURCES[question.metric];
  const stored = await storedMetrics(store, projectId, candidates, question.signal);
  const sources: HostMetricValues["sources"] = [];
  for (const source of candidates) {
    if (!stored.has(source.metric)) continue;
    const values = await readSource(store, projectId, source, { ...question, step: steps.seconds });
    if (values?.some((value) => value !== null))
      sources.push({ agent: source.agent, metric: source.metric, values });
  }
  return {
    host: question.host,
    metric: question.metric,
    unit: HOST_METRIC_UNITS[question.metric],
    step_seconds: steps.seconds,
    times: Array.from({ length: steps.count }, (_, i) => steps.first + i * steps.seconds),
    sources,
  };
}

/** Which of the sources' metrics have ever been stored. */
async function storedMetrics(
  store: TelemetryStore,
  projectId: string,
  sources: readonly HostMetricSource[],
  signal: AbortSignal,
): Promise<Set<string>> {
  const rows = await store.queryProject<{ metric: string }>(
    projectId,
    `SELECT DISTINCT metric FROM series
     WHERE project_id = {project_id:UUID} AND metric IN (SELECT arrayJoin({metrics:Array(String)}))`,
    { metrics: sources.map(({ metric }) => metric) },
    { signal },
  );
  return new Set(rows.map(({ metric }) => metric));
}

async function readSource(
  store: TelemetryStore,
  projectId: string,
  source: HostMetricSource,
  question: HostMetricQuestion,
): Promise<Values | undefined> {
  const read = (metric: string, where: readonly string[], aggregation: Aggregation) =>
    readParts(store, projectId, { ...question, metric, where, aggregation });
  const aggregation = source.reading === "rate" ? "rate" : source.fold;
  const values = await read(
    source.metric,
    [...conditionsOf(source.where, "="), ...conditionsOf(source.except, "!=")],
    aggregation,
  );
  if (values.size === 0) return undefined;
  const other = source.over ?? source.minus;
  const others =
    other === undefined ? undefined : await read(other, [], source.reading === "rate" ? "rate" : "sum");
  const parts = [...values].map(([key, own]) =>
    own.map((value, i) => calculate(source, value, others === undefined ? undefined : others.get(key)?.[i])),
  );
  const folded = foldParts(parts, source.fold);
  if (source.reading === "rate") forgetUnfinished(folded, question, source);
  return folded;
}

function conditionsOf(labels: HostMetricSource["where"], operator: "=" | "!="): string[] {
  return Object.entries(labels ?? {}).flatMap(([label, values]) =>
    values.map((value) => `${label}${operator}${value}`),
  );
}

interface PartsQuestion extends Omit<HostMetricQuestion, "metric"> {
  metric: string;
  where: readonly string[];
  aggregation: Aggregation;
}

/** Values of each part of the host, by its labels. The label that names the host is the first that knows it. */
async function readParts(
  store: TelemetryStore,
  projectId: string,
  { host, where, ...question }: PartsQuestion,
): Promise<Map<string, Values>> {
  for (const label of HOST_LABELS) {
    // An instance has a port behind its host.
    const isHost = label === "instance" ? `${label}~${host}` : `${label}=${host}`;
    const result: MetricQueryResult = await queryMetric(store, projectId, {
      ...question,
      where: [...where, isHost],
      groupBy: GROUP_BY,
      limit: MAX_PARTS,
    });
    const own = result.series.filter(({ labels }) => hostOf(labels, {}) === host);
    if (own.length > 0) return new Map(own.map(({ labels, values }) => [JSON.stringify(labels), values]));
  }
  return new Map();
}

/** One value in the canonical unit; `other` is undefined where the source needs none, null where it is not there. */
export function calculate(
  { over, minus, scale = 1, complement }: HostMetricSource,
  value: number | null,
  other: number | null | undefined,
): number | null {
  if (value === null) return null;
  let result = value;
  if (over !== undefined || minus !== undefined) {
    if (other == null || (over !== undefined && other <= 0)) return null;
    result = over !== undefined ? value / other : value - other;
  }
  result *= scale;
  return complement ? 1 - result : result;
}

/** One value per step of those of all parts; null where no part has one. */
export function foldParts(parts: readonly Values[], fold: HostMetricSource["fold"]): Values {
  const steps = Math.max(0, ...parts.map((values) => values.length));
  return Array.from({ length: steps }, (_, i) => {
    const present = parts.map((values) => values[i] ?? null).filter((value) => value !== null);
    if (present.length === 0) return null;
    if (fold === "max") return Math.max(...present);
    const sum = present.reduce((total, value) => total + value, 0);
    return fold === "sum" ? sum : sum / present.length;
  });
}

/** The last step is not over as a rule: what grew in it so far is no rate, unless it is a share of what grew beside it. */
function forgetUnfinished(
  values: Values,
  { range, step }: HostMetricQuestion,
  { over }: HostMetricSource,
): void {
  const isFinished = step !== undefined && range.toMs % (step * 1000) === 0;
  if (over === undefined && !isFinished && values.length > 0) values[values.length - 1] = null;
}

import { createHash, hash } from "node:crypto";
import type { Labels, MetricPoint } from "./metric-point.ts";

/** Which series a point belongs to within its project: 64 bits of SHA-256 as two unsigned halves. */
export interface SeriesIdentity {
  readonly high: number;
  readonly low: number;
  /** Both as 16 hex digits. */
  readonly key: string;
}

/** Sorted by key, each key once with its last value: two senders that order labels differently mean one series. */
export function canonicalLabels(labels: Labels): Labels {
  let sorted = true;
  for (let i = 1; sorted && i < labels.length; i++) sorted = labels[i - 1]![0] < labels[i]![0];
  if (sorted) return labels;
  return [...new Map(labels)].sort((a, b) => (a[0] < b[0] ? -1 : 1));
}

/** Digests of resources, which are shared by runs of points. */
const resourceDigests = new WeakMap<Labels, string>();

function digestOf(resource: Labels): string {
  let digest = resourceDigests.get(resource);
  if (digest === undefined) {
    digest = createHash("sha256")
      .update(JSON.stringify(canonicalLabels(resource)))
      .digest("base64");
    resourceDigests.set(resource, digest);
  }
  return digest;
}

/** Identities of the series that come again and again: looking one up costs less than hashing. */
const MAX_IDENTITIES = 50_000;
const identities = new Map<string, SeriesIdentity>();

/**
 * The identity of a point's series, by the fields OTLP names for it: resource, scope, name, kind, unit,
 * temporality, monotonicity and attributes.
 * https://opentelemetry.io/docs/specs/otel/metrics/data-model/#opentelemetry-protocol-data-model
 */
export function identifySeries(point: MetricPoint): SeriesIdentity {
  const text = JSON.stringify([
    point.name,
    point.kind,
    point.unit,
    point.temporality,
    point.monotonic,
    point.scopeName,
    canonicalLabels(point.attributes),
    digestOf(point.resource),
  ]);
  const known = identities.get(text);
  if (known !== undefined) return known;
  const digest = hash("sha256", text, "buffer");
  const key = digest.toString("hex", 0, 8);
  const identity = { high: digest.readUInt32BE(0), low: digest.readUInt32BE(4), key };
  if (identities.size >= MAX_IDENTITIES) identities.clear();
  identities.set(text, identity);
  return identity;
}

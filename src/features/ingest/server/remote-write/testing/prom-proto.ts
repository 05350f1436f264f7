import protobuf from "protobufjs";
import { compress } from "snappyjs";

/**
 * The messages of remote write 1.0 and 2.0 (Apache-2.0, https://github.com/prometheus/prometheus/tree/main/prompb),
 * for an independent encoder to test the hand-written readers against.
 */
const SCHEMA = `
syntax = "proto3";
package prom;
message WriteRequest { repeated TimeSeries timeseries = 1; repeated MetricMetadata metadata = 3; }
message MetricMetadata { int32 type = 1; string metric_family_name = 2; string help = 4; string unit = 5; }
message TimeSeries {
  repeated Label labels = 1; repeated Sample samples = 2; repeated Exemplar exemplars = 3;
  repeated Histogram histograms = 4;
}
message Label { string name = 1; string value = 2; }
message Sample { double value = 1; int64 timestamp = 2; int64 start_timestamp = 3; }
message Exemplar { repeated Label labels = 1; double value = 2; int64 timestamp = 3; }
message Histogram {
  oneof count { uint64 count_int = 1; double count_float = 2; }
  double sum = 3; sint32 schema = 4; double zero_threshold = 5;
  oneof zero_count { uint64 zero_count_int = 6; double zero_count_float = 7; }
  repeated BucketSpan negative_spans = 8; repeated sint64 negative_deltas = 9; repeated double negative_counts = 10;
  repeated BucketSpan positive_spans = 11; repeated sint64 positive_deltas = 12; repeated double positive_counts = 13;
  int32 reset_hint = 14; int64 timestamp = 15; repeated double custom_values = 16; int64 start_timestamp = 17;
}
message BucketSpan { sint32 offset = 1; uint32 length = 2; }
message Request { repeated string symbols = 4; repeated TimeSeriesV2 timeseries = 5; }
message TimeSeriesV2 {
  repeated uint32 labels_refs = 1; repeated Sample samples = 2; repeated Histogram histograms = 3;
  repeated ExemplarV2 exemplars = 4; Metadata metadata = 5; int64 created_timestamp = 6;
}
message ExemplarV2 { repeated uint32 labels_refs = 1; double value = 2; int64 timestamp = 3; }
message Metadata { int32 type = 1; uint32 help_ref = 3; uint32 unit_ref = 4; }
`;

const root = protobuf.parse(SCHEMA).root;

function encode(name: string, message: object): Buffer {
  const type = root.lookupType(`prom.${name}`);
  return Buffer.from(type.encode(type.fromObject(message)).finish());
}

/** Labels as a test writes them. */
export type TestLabels = Record<string, string>;

/** A series as a test writes it; fields of samples and histograms are those of the messages. */
export interface TestSeries {
  labels: TestLabels;
  samples?: { value: number; timestamp: number; startTimestamp?: number }[];
  histograms?: object[];
  exemplars?: { labels: TestLabels; value: number; timestamp: number }[];
  /** Version 2 only. */
  metadata?: { type: number; help: string; unit: string };
  createdTimestamp?: number;
}

const labelList = (labels: TestLabels) => Object.entries(labels).map(([name, value]) => ({ name, value }));

/** A remote write 1.0 message. */
export function encodeV1(series: readonly TestSeries[], metadata: object[] = []): Buffer {
  const timeseries = series.map(({ labels, exemplars = [], ...rest }) => ({
    ...rest,
    labels: labelList(labels),
    exemplars: exemplars.map((one) => ({ ...one, labels: labelList(one.labels) })),
  }));
  return encode("WriteRequest", { timeseries, metadata });
}

/** A remote write 2.0 message, its texts replaced by references to symbols. */
export function encodeV2(series: readonly TestSeries[]): Buffer {
  const symbols = [""];
  const ref = (text: string) => {
    const known = symbols.indexOf(text);
    return known >= 0 ? known : symbols.push(text) - 1;
  };
  const refs = (labels: TestLabels) => Object.entries(labels).flatMap((pair) => pair.map(ref));
  const timeseries = series.map(({ labels, exemplars = [], metadata, ...rest }) => ({
    ...rest,
    labelsRefs: refs(labels),
    exemplars: exemplars.map(({ labels: own, ...one }) => ({ ...one, labelsRefs: refs(own) })),
    ...(metadata && {
      metadata: { type: metadata.type, helpRef: ref(metadata.help), unitRef: ref(metadata.unit) },
    }),
  }));
  return encode("Request", { symbols, timeseries });
}

/** Any message of the schema, for what the two above cannot say. */
export const encodeMessage = encode;

/** The body of a request. */
export const snappy = (message: Buffer): Buffer => compress(message);

/** Prometheus' staleness marker. */
export const STALE_NAN = (() => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(0x7ff0000000000002n);
  return bytes.readDoubleLE();
})();

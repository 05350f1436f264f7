import { Metadata } from "@grpc/grpc-js";

/** `CompressionAlgorithm.GZIP` of the exporters, whose enum is in a package that they bring along. */
export const GZIP = "gzip" as never;

/** `AggregationTemporalityPreference` of the metric exporters, from the same package. */
export const TEMPORALITY = { delta: 0, cumulative: 1 } as const;

/** How an exporter over gRPC brings its key. */
export function grpcMetadata(key: string): Metadata {
  const metadata = new Metadata();
  metadata.set("x-api-key", key);
  return metadata;
}

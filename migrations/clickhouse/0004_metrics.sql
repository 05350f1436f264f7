-- A series is a metric with one set of attributes of one sender; what describes it stands here once, and samples
-- carry only its hash. A row is written when a process first sees the series and then about once an hour; the
-- engine adds them up, so `first_seen` and `last_seen` must be read with min and max.
CREATE TABLE IF NOT EXISTS series (
  project_id UUID,
  metric LowCardinality(String),
  series UInt64,
  kind SimpleAggregateFunction(any, LowCardinality(String)),
  unit SimpleAggregateFunction(anyLast, LowCardinality(String)),
  description SimpleAggregateFunction(anyLast, String) CODEC(ZSTD(1)),
  temporality SimpleAggregateFunction(any, LowCardinality(String)),
  monotonic SimpleAggregateFunction(any, UInt8),
  attributes SimpleAggregateFunction(any, Map(String, String)) CODEC(ZSTD(1)),
  resource_attributes SimpleAggregateFunction(any, Map(String, String)) CODEC(ZSTD(1)),
  scope_name SimpleAggregateFunction(any, LowCardinality(String)),
  first_seen SimpleAggregateFunction(min, DateTime64(3, 'UTC')) CODEC(DoubleDelta, ZSTD(1)),
  last_seen SimpleAggregateFunction(max, DateTime64(3, 'UTC')) CODEC(DoubleDelta, ZSTD(1))
)
ENGINE = AggregatingMergeTree
PRIMARY KEY (project_id, metric, series)
ORDER BY (project_id, metric, series)
TTL toDateTime(last_seen) + INTERVAL 98 DAY
SETTINGS
  non_replicated_deduplication_window = 10000,
  min_bytes_for_wide_part = 134217728,
  fsync_after_insert = 1,
  fsync_part_directory = 1;

-- One row per sample, which project, series and time identify. The hour in the order lets a chart of an hour read
-- that hour, whatever the number of series. A sample sent again with another value is stored beside the first with
-- `revision` 1, and the newest counts: readers look for such rows first, and only where there are any they pay for
-- FINAL. Values not told are NaN. Retention counts from arrival, so that imported history is kept.
CREATE TABLE IF NOT EXISTS samples (
  project_id UUID,
  metric LowCardinality(String),
  series UInt64 CODEC(ZSTD(1)),
  time DateTime64(9, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
  revision UInt8 CODEC(ZSTD(1)),
  received_at DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
  start_time DateTime64(9, 'UTC') COMMENT '1970 when not told' CODEC(DoubleDelta, ZSTD(1)),
  flags UInt32 COMMENT '1: no recorded value' CODEC(ZSTD(1)),
  value Float64 CODEC(ZSTD(1)),
  count UInt64 CODEC(T64, ZSTD(1)),
  sum Float64 CODEC(ZSTD(1)),
  min Float64 CODEC(ZSTD(1)),
  max Float64 CODEC(ZSTD(1)),
  bounds Array(Float64) COMMENT 'histogram: upper bounds, inclusive, of all buckets but the last' CODEC(ZSTD(1)),
  bucket_counts Array(UInt64) CODEC(ZSTD(1)),
  scale Int32 COMMENT 'exponential histogram: the base is 2^(2^-scale)' CODEC(ZSTD(1)),
  zero_count UInt64 CODEC(ZSTD(1)),
  zero_threshold Float64 CODEC(ZSTD(1)),
  positive_offset Int32 CODEC(ZSTD(1)),
  positive_counts Array(UInt64) CODEC(ZSTD(1)),
  negative_offset Int32 CODEC(ZSTD(1)),
  negative_counts Array(UInt64) CODEC(ZSTD(1)),
  quantiles Array(Tuple(Float64, Float64)) COMMENT 'summary: quantile from 0 to 1, and its value' CODEC(ZSTD(1)),
  INDEX revision_minmax revision TYPE minmax GRANULARITY 1,
  INDEX time_minmax time TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree(received_at)
PARTITION BY toYYYYMM(time)
PRIMARY KEY (project_id, metric, toStartOfHour(time), series)
ORDER BY (project_id, metric, toStartOfHour(time), series, time)
TTL toDateTime(received_at) + INTERVAL 90 DAY
SETTINGS
  ttl_only_drop_parts = 1,
  non_replicated_deduplication_window = 10000,
  min_bytes_for_wide_part = 134217728,
  merge_selector_base = 10,
  fsync_after_insert = 1,
  fsync_part_directory = 1;

-- Single measurements that samples were made from, with the trace they were made in: the way from a chart to a trace.
CREATE TABLE IF NOT EXISTS exemplars (
  project_id UUID,
  metric LowCardinality(String),
  series UInt64 CODEC(ZSTD(1)),
  time DateTime64(9, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
  received_at DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
  value Float64 CODEC(ZSTD(1)),
  trace_id FixedString(16),
  span_id FixedString(8),
  attributes Map(LowCardinality(String), String) CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(time)
PRIMARY KEY (project_id, metric, toStartOfHour(time), series)
ORDER BY (project_id, metric, toStartOfHour(time), series, time, trace_id, span_id, value)
TTL toDateTime(received_at) + INTERVAL 90 DAY
SETTINGS
  ttl_only_drop_parts = 1,
  non_replicated_deduplication_window = 10000,
  min_bytes_for_wide_part = 134217728,
  fsync_after_insert = 1,
  fsync_part_directory = 1;

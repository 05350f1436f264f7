-- How well something went, as an evaluator or a person said: of a trace, a span, a session or a response. A score may
-- be said anew under the same id; the newest counts (few rows, so readers use FINAL). Ids made by us begin with the
-- score's time, so that the order is about that of time.
CREATE TABLE IF NOT EXISTS scores (
  project_id UUID,
  score_id String CODEC(ZSTD(1)),
  time DateTime64(9, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
  received_at DateTime64(6, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
  name LowCardinality(String),
  value Nullable(Float64) CODEC(ZSTD(1)),
  label LowCardinality(String),
  explanation String CODEC(ZSTD(1)),
  source LowCardinality(String) COMMENT 'telemetry or api',
  trace_id FixedString(16) CODEC(ZSTD(1)),
  span_id FixedString(8) CODEC(ZSTD(1)),
  session_id String CODEC(ZSTD(1)),
  response_id String CODEC(ZSTD(1)),
  metadata Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  INDEX trace_id_bloom trace_id TYPE bloom_filter(0.001) GRANULARITY 1,
  INDEX session_id_bloom session_id TYPE bloom_filter(0.001) GRANULARITY 1,
  INDEX time_minmax time TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree(received_at)
PRIMARY KEY (project_id, score_id)
ORDER BY (project_id, score_id)
TTL toDateTime(received_at) + INTERVAL 1 YEAR
SETTINGS
  non_replicated_deduplication_window = 10000,
  min_bytes_for_wide_part = 134217728,
  fsync_after_insert = 1,
  fsync_part_directory = 1;

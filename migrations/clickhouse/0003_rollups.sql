-- What the spans of an hour add up to, by every dimension with few values. Rows are written by a job once the
-- hour is over, under a generation of their own; the ledger in PostgreSQL says which generations count, so rows
-- of a job that was killed, or of an hour that was summed up again, are never read. They outlive the spans.
CREATE TABLE IF NOT EXISTS span_hours (
  project_id UUID,
  hour DateTime('UTC') CODEC(DoubleDelta, ZSTD(1)),
  generation UInt64 CODEC(ZSTD(1)),
  agent LowCardinality(String),
  agent_version LowCardinality(String),
  model LowCardinality(String),
  provider LowCardinality(String),
  operation LowCardinality(String),
  tool LowCardinality(String),
  environment LowCardinality(String),
  service LowCardinality(String),
  error_type LowCardinality(String),
  status UInt8,
  is_root UInt8,
  spans UInt64 CODEC(T64, ZSTD(1)),
  priced_spans UInt64 COMMENT 'spans whose cost is known' CODEC(T64, ZSTD(1)),
  cost_usd Float64 CODEC(ZSTD(1)),
  tokens_input_uncached UInt64 CODEC(T64, ZSTD(1)),
  tokens_cache_read UInt64 CODEC(T64, ZSTD(1)),
  tokens_cache_write UInt64 CODEC(T64, ZSTD(1)),
  tokens_cache_write_long UInt64 CODEC(T64, ZSTD(1)),
  tokens_output UInt64 CODEC(T64, ZSTD(1)),
  tokens_reasoning UInt64 CODEC(T64, ZSTD(1)),
  tokens_input_audio UInt64 CODEC(T64, ZSTD(1)),
  tokens_output_audio UInt64 CODEC(T64, ZSTD(1)),
  duration_ms Float64 COMMENT 'sum' CODEC(ZSTD(1)),
  durations AggregateFunction(quantilesTDigest(0.5), Float32) COMMENT 'milliseconds' CODEC(ZSTD(1)),
  first_tokens AggregateFunction(quantilesTDigest(0.5), Float32) COMMENT 'milliseconds to the first token' CODEC(ZSTD(1)),
  users AggregateFunction(uniqCombined64(14), String) CODEC(ZSTD(1)),
  sessions AggregateFunction(uniqCombined64(14), String) CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(hour)
ORDER BY (project_id, hour, generation, agent, operation, model, tool, status)
TTL hour + INTERVAL 366 DAY
SETTINGS ttl_only_drop_parts = 1, fsync_after_insert = 1, fsync_part_directory = 1;

-- The same per UTC day, made from the hours.
CREATE TABLE IF NOT EXISTS span_days AS span_hours;

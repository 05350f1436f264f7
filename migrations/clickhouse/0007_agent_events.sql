-- What agents report of single interactions. Read by agent and time; the projection finds an event by its id,
-- so that a resend is recognised whatever its time.
CREATE TABLE IF NOT EXISTS agent_events (
  project_id UUID,
  agent_id UUID,
  event_id String CODEC(ZSTD(1)),
  time DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
  received_at DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
  type LowCardinality(String),
  content String CODEC(ZSTD(3)),
  metadata String COMMENT 'JSON object; empty when there is none' CODEC(ZSTD(1)),
  error_type LowCardinality(String),
  error_details String COMMENT 'JSON; empty when there is none' CODEC(ZSTD(1)),
  response_time_ms Nullable(Float64) CODEC(ZSTD(1)),
  token_count UInt64 CODEC(T64, ZSTD(1)),
  model LowCardinality(String),
  cost_usd Nullable(Float64) CODEC(ZSTD(1)),
  feedback_score Nullable(Float64) CODEC(ZSTD(1)),
  user_feedback String COMMENT 'JSON as sent; empty when there is none' CODEC(ZSTD(1)),
  user_id String CODEC(ZSTD(1)),
  session_id String CODEC(ZSTD(1)),
  trace_id String CODEC(ZSTD(1)),
  PROJECTION event_ids (
    SELECT project_id, agent_id, event_id
    ORDER BY project_id, agent_id, event_id
  )
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(time)
ORDER BY (project_id, agent_id, time, event_id)
TTL toDateTime(received_at) + INTERVAL 90 DAY
SETTINGS
  ttl_only_drop_parts = 1,
  non_replicated_deduplication_window = 10000,
  min_bytes_for_wide_part = 134217728,
  merge_selector_base = 10,
  fsync_after_insert = 1,
  fsync_part_directory = 1;

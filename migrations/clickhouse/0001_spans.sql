-- One immutable row per span. The order serves a list by time and a trace whose time is known; the
-- projection holds what a trace's spans add up to, inside the same part, so that it can never disagree
-- with the spans after a crash. Retention counts from arrival, so that imported history is kept.
CREATE TABLE IF NOT EXISTS spans (
  project_id UUID,
  trace_id FixedString(16),
  span_id FixedString(8),
  parent_span_id FixedString(8),
  is_root UInt8,
  start_time DateTime64(9, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
  duration_ns UInt64 CODEC(T64, ZSTD(1)),
  received_at DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
  name LowCardinality(String),
  kind UInt8,
  status UInt8,
  status_message String CODEC(ZSTD(1)),
  error_type LowCardinality(String),
  service LowCardinality(String),
  environment LowCardinality(String),
  dialect LowCardinality(String),
  operation LowCardinality(String),
  agent LowCardinality(String),
  agent_id String CODEC(ZSTD(1)),
  model LowCardinality(String),
  request_model LowCardinality(String),
  provider LowCardinality(String),
  tool LowCardinality(String),
  finish_reason LowCardinality(String),
  session_id String CODEC(ZSTD(1)),
  user_id String CODEC(ZSTD(1)),
  tokens_input_uncached UInt64 CODEC(T64, ZSTD(1)),
  tokens_cache_read UInt64 CODEC(T64, ZSTD(1)),
  tokens_cache_write UInt64 CODEC(T64, ZSTD(1)),
  tokens_output UInt64 CODEC(T64, ZSTD(1)),
  tokens_reasoning UInt64 CODEC(T64, ZSTD(1)),
  cost_usd Nullable(Float64) CODEC(ZSTD(1)),
  time_to_first_token_ms Float32 CODEC(ZSTD(1)),
  attributes_string Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  attributes_number Map(LowCardinality(String), Float64) CODEC(ZSTD(1)),
  attributes_bool Map(LowCardinality(String), Bool) CODEC(ZSTD(1)),
  attributes_json Map(LowCardinality(String), String) COMMENT 'lists and maps, as JSON' CODEC(ZSTD(1)),
  content Map(LowCardinality(String), String) COMMENT 'prompts, messages, tool payloads' CODEC(ZSTD(1)),
  resource_attributes Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  scope_name LowCardinality(String),
  scope_version LowCardinality(String),
  trace_state String CODEC(ZSTD(1)),
  events String COMMENT 'JSON list of {time_ns, name, attributes}; empty when there are none' CODEC(ZSTD(3)),
  links String COMMENT 'JSON list of {trace_id, span_id, attributes}; empty when there are none' CODEC(ZSTD(3)),
  -- A trace by its id alone, whenever it was: one bit pattern per 8,192 spans tells where to look.
  INDEX trace_id_bloom trace_id TYPE bloom_filter(0.001) GRANULARITY 1,
  PROJECTION trace_summaries (
    SELECT
      project_id,
      toDate(start_time),
      trace_id,
      min(start_time),
      max(addNanoseconds(start_time, duration_ns)),
      count(),
      countIf(status = 2),
      countIf(operation IN ('chat', 'generate_content', 'text_completion')),
      countIf(operation = 'execute_tool'),
      argMin(name, start_time),
      argMinIf(name, start_time, is_root = 1),
      argMinIf(span_id, start_time, is_root = 1),
      argMinIf(status, start_time, is_root = 1),
      countIf(is_root = 1),
      argMin(service, start_time),
      groupUniqArrayIf(16)(agent, agent != ''),
      groupUniqArrayIf(16)(model, model != ''),
      groupUniqArrayIf(16)(provider, provider != ''),
      max(session_id),
      max(user_id),
      max(environment),
      sum(tokens_input_uncached),
      sum(tokens_cache_read),
      sum(tokens_cache_write),
      sum(tokens_output),
      sum(tokens_reasoning),
      sum(cost_usd)
    GROUP BY project_id, toDate(start_time), trace_id
  )
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(start_time)
PRIMARY KEY (project_id, toStartOfFiveMinutes(start_time), trace_id)
ORDER BY (project_id, toStartOfFiveMinutes(start_time), trace_id, start_time, span_id)
TTL toDateTime(received_at) + INTERVAL 90 DAY
SETTINGS
  ttl_only_drop_parts = 1,
  non_replicated_deduplication_window = 10000,
  index_granularity_bytes = 67108864,
  -- Small parts keep their columns in one file: a file per column would cost more than the rows in it.
  min_bytes_for_wide_part = 134217728,
  -- Wait for ten parts of a size before merging them, which rewrites each row less often.
  merge_selector_base = 10,
  fsync_after_insert = 1,
  fsync_part_directory = 1;

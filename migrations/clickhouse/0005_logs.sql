-- One immutable row per log record. `log_id` is a hash of all that was sent of it, so a record that is sent again is
-- recognised. The order serves the newest first; a record of a trace or session is found by a bloom filter on its id.
CREATE TABLE IF NOT EXISTS logs (
  project_id UUID,
  log_id FixedString(16),
  time DateTime64(9, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
  observed_time DateTime64(9, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
  received_at DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
  severity_number UInt8 COMMENT '0 when not told, else 1 to 24 as in OpenTelemetry' CODEC(ZSTD(1)),
  severity_text LowCardinality(String),
  event_name LowCardinality(String),
  body String CODEC(ZSTD(1)),
  body_is_json UInt8 COMMENT '1 when the body was no text but a list, a map or another value' CODEC(ZSTD(1)),
  trace_id FixedString(16) CODEC(ZSTD(1)),
  span_id FixedString(8) CODEC(ZSTD(1)),
  trace_flags UInt8 CODEC(ZSTD(1)),
  service LowCardinality(String),
  environment LowCardinality(String),
  agent LowCardinality(String),
  session_id String CODEC(ZSTD(1)),
  attributes_string Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  attributes_number Map(LowCardinality(String), Float64) CODEC(ZSTD(1)),
  attributes_bool Map(LowCardinality(String), Bool) CODEC(ZSTD(1)),
  attributes_json Map(LowCardinality(String), String) COMMENT 'lists and maps, as JSON' CODEC(ZSTD(1)),
  resource_attributes Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  scope_name LowCardinality(String),
  scope_version LowCardinality(String),
  INDEX trace_id_bloom trace_id TYPE bloom_filter(0.001) GRANULARITY 1,
  INDEX session_id_bloom session_id TYPE bloom_filter(0.001) GRANULARITY 1,
  INDEX received_minmax received_at TYPE minmax GRANULARITY 1,
  INDEX severity_minmax severity_number TYPE minmax GRANULARITY 1,
  INDEX body_words body TYPE text(tokenizer = 'splitByNonAlpha', preprocessor = lowerUTF8(body))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(time)
PRIMARY KEY (project_id, time)
ORDER BY (project_id, time, log_id)
TTL toDateTime(received_at) + INTERVAL 90 DAY
SETTINGS
  ttl_only_drop_parts = 1,
  non_replicated_deduplication_window = 10000,
  index_granularity_bytes = 67108864,
  min_bytes_for_wide_part = 134217728,
  merge_selector_base = 10,
  fsync_after_insert = 1,
  fsync_part_directory = 1;

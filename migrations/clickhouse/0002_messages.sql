-- Long content values are cut into pieces, and a project stores each piece once: an agent's history repeats in
-- every call. `content_keys` names the values of a span that were cut, `content_counts` says how many pieces each
-- has, and `content_hashes` lists the pieces of all values one after the other. A value is the concatenation of
-- its pieces' bodies. Values that are short, and those of older spans, stand in `content`.
ALTER TABLE spans
  ADD COLUMN IF NOT EXISTS content_keys Array(LowCardinality(String)) CODEC(ZSTD(1)) AFTER content,
  ADD COLUMN IF NOT EXISTS content_counts Array(UInt16) CODEC(ZSTD(1)) AFTER content_keys,
  ADD COLUMN IF NOT EXISTS content_hashes Array(FixedString(16)) CODEC(ZSTD(1)) AFTER content_counts,
  ADD COLUMN IF NOT EXISTS price_version LowCardinality(String) AFTER cost_usd,
  ADD COLUMN IF NOT EXISTS service_tier LowCardinality(String) AFTER provider,
  ADD COLUMN IF NOT EXISTS agent_version LowCardinality(String) AFTER agent_id,
  ADD COLUMN IF NOT EXISTS tags Array(LowCardinality(String)) CODEC(ZSTD(1)) AFTER user_id,
  ADD COLUMN IF NOT EXISTS tokens_cache_write_long UInt64 COMMENT 'kept for an hour; tokens_cache_write holds the others' CODEC(T64, ZSTD(1)) AFTER tokens_cache_write,
  ADD COLUMN IF NOT EXISTS tokens_input_audio UInt64 CODEC(T64, ZSTD(1)) AFTER tokens_reasoning,
  ADD COLUMN IF NOT EXISTS tokens_output_audio UInt64 CODEC(T64, ZSTD(1)) AFTER tokens_input_audio;

-- Merging column by column costs a third less than row by row, but works into parts with a file per column only:
-- what an insert writes still stays below the limit. Nothing reads statistics of columns, so none are gathered.
ALTER TABLE spans
  MODIFY SETTING
    min_bytes_for_wide_part = 33554432,
    vertical_merge_algorithm_min_rows_to_activate = 1,
    auto_statistics_types = '';

-- `hash` is the first half of the SHA-256 of `body`, its first four bytes changed by the project's content epoch, which
-- deletions raise. A piece that is referred to is written again each week, so that
-- it lives at least as long as the youngest span that refers to it (spans live 90 days, counted from arrival).
-- The same piece may be there several times until parts are merged, and once per month: readers take any.
CREATE TABLE IF NOT EXISTS messages (
  project_id UUID,
  hash FixedString(16),
  seen_week Date COMMENT 'Monday of the week, UTC',
  body String CODEC(ZSTD(1)),
  INDEX body_words body TYPE text(tokenizer = 'splitByNonAlpha', preprocessor = lowerUTF8(body))
)
ENGINE = ReplacingMergeTree(seen_week)
PARTITION BY toYYYYMM(seen_week)
ORDER BY (project_id, hash)
TTL seen_week + INTERVAL 98 DAY
SETTINGS
  ttl_only_drop_parts = 1,
  -- A piece is found by its hash: each costs the reading of one granule.
  index_granularity = 256,
  min_bytes_for_wide_part = 134217728,
  merge_selector_base = 10,
  auto_statistics_types = '',
  fsync_after_insert = 1,
  fsync_part_directory = 1;

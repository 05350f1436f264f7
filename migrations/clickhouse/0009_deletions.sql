-- What a deletion under way is about to remove: traces, pieces of content, names. Emptied when it is done.
CREATE TABLE IF NOT EXISTS deletion_items (
  deletion_id UUID,
  kind LowCardinality(String),
  value String,
  created_at DateTime('UTC') DEFAULT now('UTC')
)
ENGINE = MergeTree
ORDER BY (deletion_id, kind, value)
TTL created_at + INTERVAL 30 DAY
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- A session or an end user by its id alone, whenever that was: one bit pattern per 8,192 spans tells where to look.
ALTER TABLE spans ADD INDEX IF NOT EXISTS session_id_bloom session_id TYPE bloom_filter(0.01) GRANULARITY 1;
ALTER TABLE spans ADD INDEX IF NOT EXISTS user_id_bloom user_id TYPE bloom_filter(0.01) GRANULARITY 1;
-- Parts that are there already get theirs in the background.
ALTER TABLE spans MATERIALIZE INDEX session_id_bloom SETTINGS mutations_sync = 0;
ALTER TABLE spans MATERIALIZE INDEX user_id_bloom SETTINGS mutations_sync = 0;

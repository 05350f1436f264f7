-- How long a project keeps what, in days; a signal left out keeps the default of its kind.
CREATE TABLE retention_settings (
  project_id uuid PRIMARY KEY REFERENCES projects (id) ON DELETE CASCADE,
  days jsonb NOT NULL DEFAULT '{}',
  -- Which traces are kept after their hour has been counted; null keeps all.
  sampling jsonb,
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by uuid REFERENCES users (id) ON DELETE SET NULL
);

-- Requests to delete what is stored of a trace, a session, a user or a whole project. The target is told while it
-- is needed and blanked when the data is gone.
CREATE TABLE deletions (
  id uuid PRIMARY KEY,
  project_id uuid NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('trace', 'session', 'user', 'project_data')),
  target text NOT NULL,
  state text NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
  step text NOT NULL DEFAULT '',
  progress real NOT NULL DEFAULT 0,
  deleted jsonb NOT NULL DEFAULT '{}',
  error text NOT NULL DEFAULT '',
  tries integer NOT NULL DEFAULT 0,
  requested_by uuid REFERENCES users (id) ON DELETE SET NULL,
  requested_at timestamptz NOT NULL,
  run_after timestamptz NOT NULL,
  finished_at timestamptz
);
CREATE INDEX deletions_project ON deletions (project_id, id DESC);
CREATE INDEX deletions_due ON deletions (run_after) WHERE state IN ('waiting', 'running');

-- Part of the hash of every content piece: raised before a deletion, so that no new span refers to a piece that is
-- about to go.
CREATE TABLE content_epochs (
  project_id uuid PRIMARY KEY REFERENCES projects (id) ON DELETE CASCADE,
  epoch integer NOT NULL
);

-- Hours whose traces have been sampled; an hour is done once.
CREATE TABLE sampled_hours (
  project_id uuid NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  hour timestamptz NOT NULL,
  traces_kept bigint NOT NULL,
  traces_dropped bigint NOT NULL,
  spans_dropped bigint NOT NULL,
  finished_at timestamptz NOT NULL,
  PRIMARY KEY (project_id, hour)
);

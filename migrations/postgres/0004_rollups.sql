-- Which hours of a project's spans are summed up in ClickHouse, and by which generation of rows.
-- Hours before `settled_until` that have no row in rollup_hours hold no spans.
CREATE TABLE rollup_projects (
  project_id uuid PRIMARY KEY REFERENCES projects (id) ON DELETE CASCADE,
  settled_until timestamptz NOT NULL
);

CREATE TABLE rollup_hours (
  project_id uuid NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  hour timestamptz NOT NULL,
  -- Rows that count; null while the hour has never been summed up.
  generation bigint,
  -- A frozen hour's spans are no longer all there: these rows stay, and only spans received since are added.
  base_generations bigint[] NOT NULL DEFAULT '{}',
  frozen_before timestamptz,
  -- Since when spans may have been added, changed or removed that the rows do not tell of.
  dirty_at timestamptz,
  PRIMARY KEY (project_id, hour)
);
CREATE INDEX rollup_hours_dirty ON rollup_hours (dirty_at) WHERE dirty_at IS NOT NULL;

-- Days made from hours; a day's row goes when one of its hours changes.
CREATE TABLE rollup_days (
  project_id uuid NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  day date NOT NULL,
  generation bigint NOT NULL,
  PRIMARY KEY (project_id, day)
);

CREATE SEQUENCE rollup_generations;

-- Generations whose rows are to be removed: superseded, or written by a job that did not end.
CREATE TABLE rollup_leftovers (
  level text NOT NULL CHECK (level IN ('hour', 'day')),
  project_id uuid NOT NULL,
  generation bigint NOT NULL,
  from_time timestamptz NOT NULL,
  to_time timestamptz NOT NULL,
  noted_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (level, project_id, generation, from_time)
);

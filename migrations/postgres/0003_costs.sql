-- Prices of a project's own, budgets with what they found, runs that price stored spans again, and keys that pause.
CREATE TABLE IF NOT EXISTS cost_settings (
  project_id uuid PRIMARY KEY REFERENCES projects (id) ON DELETE CASCADE,
  -- Whether a cost reported with a span comes before the one computed from its tokens.
  prefer_reported boolean NOT NULL DEFAULT false,
  -- Grows with every change of the project's prices; processes ask for it to know when to read them again.
  prices_revision bigint NOT NULL DEFAULT 0,
  -- What counts as a loop; null switches the check off.
  loop_mode text NOT NULL DEFAULT 'notify' CHECK (loop_mode IN ('off', 'notify', 'hard')),
  loop_same_call integer DEFAULT 20 CHECK (loop_same_call > 1),
  loop_depth integer DEFAULT 50 CHECK (loop_depth > 1),
  loop_calls_per_minute integer DEFAULT 600 CHECK (loop_calls_per_minute > 0),
  loop_usd_per_minute double precision CHECK (loop_usd_per_minute > 0),
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE IF NOT EXISTS price_overrides (
  id uuid PRIMARY KEY,
  project_id uuid NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  provider text NOT NULL DEFAULT '',
  model text NOT NULL,
  service_tier text NOT NULL DEFAULT '',
  -- USD per million tokens by bucket: {"input": 2.5, "output": 10, "cache_read": 1.25, ...}
  rates jsonb NOT NULL,
  -- [{"above_input_tokens": 200000, "rates": {...}}]
  tiers jsonb NOT NULL DEFAULT '[]',
  -- {"batch": 0.5}
  tier_factors jsonb NOT NULL DEFAULT '{}',
  valid_from timestamptz,
  valid_to timestamptz CHECK (valid_to > valid_from),
  note text NOT NULL DEFAULT '',
  revision integer NOT NULL DEFAULT 1,
  created_by uuid REFERENCES users (id) ON DELETE SET NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX IF NOT EXISTS price_overrides_project ON price_overrides (project_id, id DESC);

CREATE TABLE IF NOT EXISTS repricing_runs (
  id uuid PRIMARY KEY,
  project_id uuid NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  from_time timestamptz NOT NULL,
  to_time timestamptz NOT NULL CHECK (to_time > from_time),
  provider text NOT NULL DEFAULT '',
  model text NOT NULL DEFAULT '*',
  state text NOT NULL DEFAULT 'queued'
    CHECK (state IN ('queued', 'running', 'completed', 'failed', 'cancelled')),
  -- Work is done a month of telemetry at a time, which is how it is stored.
  months_total integer NOT NULL DEFAULT 0,
  months_done integer NOT NULL DEFAULT 0,
  spans_changed bigint NOT NULL DEFAULT 0,
  usd_before double precision NOT NULL DEFAULT 0,
  usd_after double precision NOT NULL DEFAULT 0,
  error text,
  created_by uuid REFERENCES users (id) ON DELETE SET NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  finished_at timestamptz
);
CREATE INDEX IF NOT EXISTS repricing_runs_project ON repricing_runs (project_id, id DESC);

-- What a run changes in each month, written before it starts on it; a month that is done is not done again.
CREATE TABLE IF NOT EXISTS repricing_months (
  run_id uuid NOT NULL REFERENCES repricing_runs (id) ON DELETE CASCADE,
  month text NOT NULL,
  spans_changed bigint NOT NULL,
  usd_before double precision NOT NULL,
  usd_after double precision NOT NULL,
  done_at timestamptz,
  PRIMARY KEY (run_id, month)
);

CREATE TABLE IF NOT EXISTS budgets (
  id uuid PRIMARY KEY,
  project_id uuid NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  name text NOT NULL,
  scope text NOT NULL CHECK (scope IN ('project', 'agent', 'user', 'key')),
  -- Agent name, user id or key id; empty for the project.
  subject text NOT NULL DEFAULT '' CHECK ((scope = 'project') = (subject = '')),
  measure text NOT NULL CHECK (measure IN ('usd', 'tokens')),
  limit_amount double precision NOT NULL CHECK (limit_amount > 0),
  period text NOT NULL CHECK (period IN ('hour', 'day', 'week', 'month')),
  -- Shares of the limit that are told when they are reached.
  thresholds double precision[] NOT NULL DEFAULT '{0.5,0.8,1}',
  mode text NOT NULL CHECK (mode IN ('notify', 'hard')),
  -- In hard mode: whether the keys of those over budget are paused too.
  pause_keys boolean NOT NULL DEFAULT false,
  enabled boolean NOT NULL DEFAULT true,
  created_by uuid REFERENCES users (id) ON DELETE SET NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX IF NOT EXISTS budgets_project ON budgets (project_id, id DESC);

-- What the last look found. What is a while past is kept as a sum, so that a look reads the latest minutes only.
CREATE TABLE IF NOT EXISTS budget_states (
  budget_id uuid PRIMARY KEY REFERENCES budgets (id) ON DELETE CASCADE,
  period_start timestamptz NOT NULL,
  settled_until timestamptz NOT NULL,
  settled_at timestamptz NOT NULL,
  settled_amount double precision NOT NULL,
  spent double precision NOT NULL,
  -- Spent per hour at the latest pace.
  burn_per_hour double precision NOT NULL,
  checked_at timestamptz NOT NULL
);

-- An agent over budget or in a loop. In hard mode it is told to stop until `ends_at` or until someone clears it.
CREATE TABLE IF NOT EXISTS budget_violations (
  id uuid PRIMARY KEY,
  project_id uuid NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('budget', 'same_call', 'depth', 'call_rate', 'spend_rate')),
  budget_id uuid REFERENCES budgets (id) ON DELETE CASCADE,
  -- The agent it is about; empty for all agents of the project.
  agent text NOT NULL DEFAULT '',
  -- What makes it one: budget, period and threshold, or trace and call. The same is not told twice.
  fingerprint text NOT NULL,
  stops boolean NOT NULL,
  detail text NOT NULL,
  trace_id text NOT NULL DEFAULT '',
  amount double precision NOT NULL,
  limit_amount double precision NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  ends_at timestamptz NOT NULL,
  cleared_at timestamptz,
  cleared_by uuid REFERENCES users (id) ON DELETE SET NULL,
  UNIQUE (project_id, fingerprint)
);
CREATE INDEX IF NOT EXISTS budget_violations_project ON budget_violations (project_id, id DESC);
CREATE INDEX IF NOT EXISTS budget_violations_budget ON budget_violations (budget_id);
CREATE INDEX IF NOT EXISTS budget_violations_stopping ON budget_violations (ends_at) WHERE stops AND cleared_at IS NULL;

-- Which agents were seen with which key; spans do not carry their key.
CREATE TABLE IF NOT EXISTS agent_keys (
  project_id uuid NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  agent text NOT NULL,
  key_id uuid NOT NULL REFERENCES api_keys (id) ON DELETE CASCADE,
  seen_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (project_id, agent, key_id)
);
CREATE INDEX IF NOT EXISTS agent_keys_key ON agent_keys (key_id);

-- A paused key is known but refused until it is resumed, or until `paused_until`.
ALTER TABLE api_keys ADD COLUMN IF NOT EXISTS paused_at timestamptz;
ALTER TABLE api_keys ADD COLUMN IF NOT EXISTS paused_until timestamptz;
ALTER TABLE api_keys ADD COLUMN IF NOT EXISTS paused_reason text NOT NULL DEFAULT '';
-- The violation that paused it; null when a person did.
ALTER TABLE api_keys ADD COLUMN IF NOT EXISTS paused_by_violation uuid;

-- Agents as they are known: what they said of themselves, when they were heard of, and how they should run.
-- Heartbeats change the columns that no index holds, so that PostgreSQL rewrites a row in its page alone.
CREATE TABLE agents (
  id uuid PRIMARY KEY,
  project_id uuid NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  name text COLLATE "C" NOT NULL,
  -- The caller's own id, by which it may be asked for as well.
  external_id text COLLATE "C",
  description text NOT NULL DEFAULT '',
  type text NOT NULL DEFAULT '',
  version text NOT NULL DEFAULT '',
  host text NOT NULL DEFAULT '',
  environment text NOT NULL DEFAULT '',
  tags text[] NOT NULL DEFAULT '{}',
  metadata jsonb NOT NULL DEFAULT '{}',
  configuration jsonb NOT NULL DEFAULT '{}',
  config_version integer NOT NULL DEFAULT 1,
  source text NOT NULL CHECK (source IN ('registration', 'heartbeat', 'telemetry', 'event', 'execution')),
  status text NOT NULL DEFAULT 'offline' CHECK (status IN ('running', 'idle', 'degraded', 'offline')),
  status_reason text NOT NULL DEFAULT '',
  status_changed_at timestamptz NOT NULL,
  reported_status text NOT NULL DEFAULT '',
  heartbeat_interval_seconds integer NOT NULL DEFAULT 15,
  heartbeat_metrics jsonb NOT NULL DEFAULT '{}',
  first_seen_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  last_heartbeat_at timestamptz,
  last_telemetry_at timestamptz,
  updated_at timestamptz NOT NULL,
  archived_at timestamptz,
  UNIQUE (project_id, name)
) WITH (fillfactor = 70);
CREATE UNIQUE INDEX agents_external_id ON agents (project_id, external_id) WHERE external_id IS NOT NULL;

-- Versions an agent has run as. The last time of the current one is the agent's own.
CREATE TABLE agent_versions (
  agent_id uuid NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
  version text NOT NULL,
  first_seen_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  PRIMARY KEY (agent_id, version)
);

-- Every configuration an agent was given, so that an earlier one can be compared and taken again.
CREATE TABLE agent_configurations (
  agent_id uuid NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
  config_version integer NOT NULL,
  configuration jsonb NOT NULL,
  changed_by text NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (agent_id, config_version)
);

-- Runs that agents report themselves. Runs that are known from traces only are read from the spans.
CREATE TABLE executions (
  project_id uuid NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  id text COLLATE "C" NOT NULL,
  agent_id uuid,
  agent text NOT NULL DEFAULT '',
  name text NOT NULL DEFAULT '',
  status text NOT NULL CHECK (status IN ('running', 'succeeded', 'failed', 'cancelled')),
  started_at timestamptz NOT NULL,
  ended_at timestamptz,
  input jsonb,
  output jsonb,
  error_type text NOT NULL DEFAULT '',
  error_message text NOT NULL DEFAULT '',
  total_tokens bigint,
  cost_usd double precision,
  trace_id text NOT NULL DEFAULT '',
  session_id text NOT NULL DEFAULT '',
  user_id text NOT NULL DEFAULT '',
  environment text NOT NULL DEFAULT '',
  version text NOT NULL DEFAULT '',
  metadata jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (project_id, id)
) WITH (fillfactor = 80);
CREATE INDEX executions_newest ON executions (project_id, started_at DESC, id DESC);
CREATE INDEX executions_of_agent ON executions (project_id, agent_id, started_at DESC);
CREATE INDEX executions_trace ON executions (project_id, trace_id) WHERE trace_id <> '';

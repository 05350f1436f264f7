-- Attributes of a project's own that stand for what Flightdeck knows: read at ingest, on top of the dialects.
CREATE TABLE attribute_mappings (
  id uuid PRIMARY KEY,
  project_id uuid NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  attribute text NOT NULL,
  target text NOT NULL,
  mode text NOT NULL CHECK (mode IN ('fill', 'override')),
  created_by uuid REFERENCES users (id) ON DELETE SET NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (project_id, attribute, target)
);
CREATE INDEX attribute_mappings_project ON attribute_mappings (project_id, id);

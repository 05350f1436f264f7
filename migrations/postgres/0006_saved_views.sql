-- A page with its filters, columns, sort and time under a name: of one user, or shared with the project.
CREATE TABLE IF NOT EXISTS saved_views (
  id uuid PRIMARY KEY,
  project_id uuid NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  page text NOT NULL,
  name text NOT NULL,
  -- The page's search parameters as a query string.
  search text NOT NULL,
  shared boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  -- Kept for a while, so that a deletion can be undone.
  deleted_at timestamptz
);
CREATE INDEX IF NOT EXISTS saved_views_page ON saved_views (project_id, page, name, id);

-- What one user makes of a view, their own or a shared one.
CREATE TABLE IF NOT EXISTS saved_view_marks (
  view_id uuid NOT NULL REFERENCES saved_views (id) ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  project_id uuid NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  page text NOT NULL,
  starred boolean NOT NULL DEFAULT false,
  is_default boolean NOT NULL DEFAULT false,
  PRIMARY KEY (view_id, user_id)
);
-- A page has at most one default per user.
CREATE UNIQUE INDEX IF NOT EXISTS saved_view_marks_default ON saved_view_marks (project_id, user_id, page) WHERE is_default;

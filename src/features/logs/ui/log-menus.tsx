import { useNavigate, useSearch } from "@tanstack/react-router";
import { Columns3, Download } from "lucide-react";
import { useCallback } from "react";
import { useSavedViews } from "#features/saved-views/ui/saved-views-api.ts";
import { downloadText } from "#web/lib/download.ts";
import { formatCount } from "#web/lib/format.ts";
import { parseSearch, stringifySearch } from "#web/lib/search-params.ts";
import { useTimeRange } from "#web/lib/use-time-range.ts";
import { SavedViewsMenu } from "#web/table/saved-views-menu.tsx";
import { useDefaultView } from "#web/table/use-default-view.ts";
import { Button } from "#web/ui/button.tsx";
import { Checkbox } from "#web/ui/checkbox.tsx";
import { Menu } from "#web/ui/menu.tsx";
import { Popover } from "#web/ui/popover.tsx";
import type { Log } from "../logs-contract.ts";
import { logsCsv, logsNdjson } from "./model/log-export.ts";
import { LOG_COLUMNS, type LogColumn, type LogsSearch } from "./model/logs-search.ts";

const COLUMN_NAMES: Record<LogColumn, string> = {
  service: "Service",
  agent: "Agent",
  environment: "Environment",
  event_name: "Event",
  session_id: "Session",
  trace_id: "Trace",
};

/** Filters, columns and range under a name. */
export function LogViews({ search }: { search: LogsSearch }) {
  const views = useSavedViews("logs");
  const { typed } = useTimeRange();
  const navigate = useNavigate();
  const raw = useSearch({ strict: false }) as Record<string, unknown>;
  const { log: _, tail: __, ...kept } = search;
  const apply = useCallback(
    (text: string, replace = false) => {
      navigate({ to: ".", search: parseSearch(`?${text}`) as never, replace });
    },
    [navigate],
  );
  const bare = Object.keys(search).length === 0 && raw.from === undefined;
  useDefaultView(
    views.views,
    bare,
    useCallback((text) => apply(text, true), [apply]),
  );
  return (
    <SavedViewsMenu {...views} current={stringifySearch({ ...kept, ...typed }).slice(1)} onApply={apply} />
  );
}

/** Which columns stand between severity and message. */
export function ColumnMenu({
  columns,
  onToggle,
}: {
  columns: readonly LogColumn[];
  onToggle: (column: LogColumn) => void;
}) {
  return (
    <Popover
      label="Columns"
      align="end"
      className="w-48 p-2 max-md:hidden"
      trigger={(props) => (
        <Button {...props} size="sm" className="max-md:hidden" icon={<Columns3 aria-hidden size={13} />}>
          Columns
        </Button>
      )}
    >
      {LOG_COLUMNS.map((column) => (
        <div key={column}>
          <Checkbox
            className="h-8"
            checked={columns.includes(column)}
            onChange={() => onToggle(column)}
            label={COLUMN_NAMES[column]}
          />
        </div>
      ))}
    </Popover>
  );
}

/** What is loaded, as a file. */
export function ExportMenu({ rows }: { rows: readonly Log[] }) {
  const name = () => `logs-${new Date().toISOString().slice(0, 19).replaceAll(":", "")}`;
  return (
    <Menu
      label="Export"
      align="end"
      header={<p className="text-xs text-text-muted">{formatCount(rows.length, "loaded record")}</p>}
      items={[
        {
          id: "csv",
          label: "As CSV",
          run: () => downloadText(`${name()}.csv`, "text/csv", logsCsv(rows)),
        },
        {
          id: "json",
          label: "As lines of JSON",
          run: () => downloadText(`${name()}.ndjson`, "application/x-ndjson", logsNdjson(rows)),
        },
      ]}
      trigger={(props) => (
        <Button {...props} size="sm" disabled={rows.length === 0} icon={<Download aria-hidden size={13} />}>
          Export
        </Button>
      )}
    />
  );
}

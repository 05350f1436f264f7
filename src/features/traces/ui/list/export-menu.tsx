import { Download } from "lucide-react";
import type { ExportFormat } from "#features/exports/export-contract.ts";
import { Button } from "#web/ui/button.tsx";
import { Menu } from "#web/ui/menu.tsx";
import { exportUrl, type SpanScope } from "../explorer-api.ts";

const FORMATS: { id: ExportFormat; label: string; hint: string }[] = [
  { id: "csv", label: "CSV", hint: "spreadsheets" },
  { id: "json", label: "JSON", hint: "one object a line" },
  { id: "parquet", label: "Parquet", hint: "DuckDB, pandas" },
];

/** Downloads everything that matches the filters, not only what is loaded. */
export function ExportMenu({ what, scope }: { what: "traces" | "spans"; scope: SpanScope }) {
  const download = (format: ExportFormat) => {
    const link = document.createElement("a");
    link.href = exportUrl(what, format, scope);
    link.download = "";
    link.click();
  };
  return (
    <Menu
      label="Export"
      align="end"
      header={<p className="text-xs text-text-muted">All {what} that match, newest first</p>}
      trigger={(props) => (
        <Button {...props} size="sm" icon={<Download aria-hidden size={13} />}>
          Export
        </Button>
      )}
      items={FORMATS.map(({ id, label, hint }) => ({ id, label, hint, run: () => download(id) }))}
    />
  );
}

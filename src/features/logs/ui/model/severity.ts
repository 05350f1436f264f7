import type { SeriesColor } from "#web/charts/chart-types.ts";
import type { Severity } from "../../logs-contract.ts";

/** How a severity looks; the word is always beside the colour. */
export const SEVERITY_LOOKS: Record<
  Severity,
  { label: string; text: string; bar: string; color: SeriesColor }
> = {
  fatal: { label: "FATAL", text: "text-danger font-semibold", bar: "bg-danger-fill", color: 4 },
  error: { label: "ERROR", text: "text-danger", bar: "bg-danger-fill", color: "danger" },
  warn: { label: "WARN", text: "text-warning", bar: "bg-warning", color: "warning" },
  info: { label: "INFO", text: "text-accent", bar: "bg-series-1", color: 1 },
  debug: { label: "DEBUG", text: "text-text-muted", bar: "bg-series-5", color: 5 },
  trace: { label: "TRACE", text: "text-text-muted", bar: "bg-series-8", color: 8 },
  unspecified: { label: "–", text: "text-text-muted", bar: "bg-border-strong", color: "muted" },
};

/** Worst first: in a stack the worst lie at the bottom, where small numbers can be read. */
export const SEVERITY_ORDER: readonly Severity[] = [
  "fatal",
  "error",
  "warn",
  "info",
  "debug",
  "trace",
  "unspecified",
];

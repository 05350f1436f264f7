import { Link } from "@tanstack/react-router";
import type { TraceSummary } from "#features/traces/trace-contract.ts";
import { formatAbsoluteTime, formatCost, formatDurationMs, formatTokens } from "../lib/format.ts";
import { useTimeZone } from "../lib/time-zone.ts";
import { StatusBadge } from "../ui/status-badge.tsx";

/** A few traces of one thing, such as a session, as a plain table; each leads to its page. */
export function TraceTable({
  label,
  project,
  traces,
}: {
  label: string;
  project: string;
  traces: readonly TraceSummary[];
}) {
  const zone = useTimeZone();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keyboard
    <section className="overflow-x-auto" tabIndex={0} aria-label={label}>
      <table className="w-full min-w-[40rem] text-xs">
        <caption className="sr-only">{label}</caption>
        <thead className="text-left text-text-muted">
          <tr className="border-b border-border">
            {["Start", "Trace", "Status", "Duration", "Tokens", "Cost"].map((name, at) => (
              <th key={name} scope="col" className={`h-8 px-4 font-medium ${at > 2 ? "text-right" : ""}`}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {traces.map((trace) => (
            <tr key={trace.trace_id} className="border-b border-border last:border-0 hover:bg-surface-hover">
              <td className="px-4 py-2 font-mono whitespace-nowrap text-text-muted">
                {formatAbsoluteTime(trace.start_time, zone)}
              </td>
              <td className="px-4 py-2">
                <Link
                  to="/p/$project/traces/$traceId"
                  params={{ project, traceId: trace.trace_id }}
                  className="font-medium text-text hover:underline"
                >
                  {trace.name || "(no name)"}
                </Link>
              </td>
              <td className="px-4 py-2">
                <StatusBadge status={trace.status === "error" ? "error" : "ok"} />
              </td>
              <td className="px-4 py-2 text-right tabular-nums">{formatDurationMs(trace.duration_ms)}</td>
              <td className="px-4 py-2 text-right tabular-nums">
                {trace.total_tokens > 0 ? formatTokens(trace.total_tokens) : "—"}
              </td>
              <td className="px-4 py-2 text-right tabular-nums">
                {trace.cost_usd === null ? "—" : formatCost(trace.cost_usd)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

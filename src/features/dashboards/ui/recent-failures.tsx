import { CircleAlert } from "lucide-react";
import { ChartFrame, chartStateOf } from "#web/charts/chart-frame.tsx";
import { Duration } from "#web/ui/duration.tsx";
import { RelativeTime } from "#web/ui/relative-time.tsx";
import type { Overview } from "../dashboard-contract.ts";
import { PageLink } from "./page-link.tsx";

const HEIGHT_PX = 150;
/** The rest is behind the link. */
const SHOWN = 5;

/** The latest spans that failed, each with the way to it. */
export function RecentFailures({
  project,
  failures,
  loading,
  error,
  onRetry,
}: {
  project: string;
  failures: Overview["recent_failures"] | undefined;
  loading: boolean;
  error: unknown;
  onRetry: () => void;
}) {
  const state = chartStateOf(
    { loading, error, onRetry, empty: "Nothing failed in this time range." },
    "recent failures",
    (failures?.length ?? 0) > 0,
    HEIGHT_PX,
  );
  return (
    <ChartFrame
      title="Recent failures"
      actions={
        <PageLink
          project={project}
          page="traces"
          search={{ has_errors: "true" }}
          className="px-1 text-xs text-accent hover:underline"
        >
          All failures
        </PageLink>
      }
    >
      {state ?? (
        <ul aria-label="Recent failures" className="divide-y divide-border px-1">
          {failures?.slice(0, SHOWN).map((failure) => (
            <li key={failure.span_id} className="flex items-start gap-2.5 py-2">
              <CircleAlert aria-hidden size={14} className="mt-0.5 shrink-0 text-danger" />
              <div className="min-w-0 flex-1">
                <p className="flex flex-wrap items-baseline gap-x-2">
                  <PageLink
                    project={project}
                    page={`traces/${failure.trace_id}`}
                    search={{ span: failure.span_id, tab: "error" }}
                    className="min-w-0 truncate font-medium hover:text-accent hover:underline"
                  >
                    {failure.name || "(no name)"}
                  </PageLink>
                  {failure.agent && <span className="truncate text-xs text-text-muted">{failure.agent}</span>}
                </p>
                <p
                  className="truncate text-text-muted"
                  title={`${failure.error.type}: ${failure.error.message}`}
                >
                  {failure.error.type && <span className="text-danger">{failure.error.type} </span>}
                  {failure.error.message || (failure.error.type ? "" : "No message was sent.")}
                </p>
              </div>
              <span className="shrink-0 text-right text-xs text-text-muted">
                <RelativeTime time={failure.start_time} className="block" />
                <Duration ms={failure.duration_ms} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </ChartFrame>
  );
}

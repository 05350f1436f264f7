import { ChartFrame, chartStateOf } from "#web/charts/chart-frame.tsx";
import { DeltaBadge } from "#web/charts/delta-badge.tsx";
import { formatValue } from "#web/charts/model/units.ts";
import { Badge } from "#web/ui/badge.tsx";
import type { TopMover } from "../dashboard-contract.ts";
import { measureLook } from "./model/measures.ts";
import { PageLink } from "./page-link.tsx";

const HEIGHT_PX = 150;

/** What changed most against the period before. */
export function TopMovers({
  project,
  movers,
  hasBefore,
  loading,
  error,
  onRetry,
}: {
  project: string;
  /** Whether there was anything in the period before. */
  hasBefore: boolean;
  movers: readonly TopMover[] | undefined;
  loading: boolean;
  error: unknown;
  onRetry: () => void;
}) {
  const state = chartStateOf(
    {
      loading,
      error,
      onRetry,
      empty: hasBefore
        ? "Nothing changed much against the period before."
        : "There is nothing in the period before to compare with.",
    },
    "top movers",
    hasBefore && (movers?.length ?? 0) > 0,
    HEIGHT_PX,
  );
  return (
    <ChartFrame title="Top movers">
      {state ?? (
        <ul aria-label="Top movers" className="px-1">
          {movers?.map((mover) => {
            const look = measureLook(mover.measure);
            return (
              <li
                key={`${mover.dimension} ${mover.value} ${mover.measure}`}
                className="flex min-h-8 items-center gap-2"
              >
                <Badge>{mover.dimension}</Badge>
                <span className="min-w-0 flex-1 truncate">
                  <PageLink project={project} page="traces" search={{ [mover.dimension]: mover.value }}>
                    {mover.value}
                  </PageLink>{" "}
                  <span className="text-text-muted">{look.label.toLowerCase()}</span>
                </span>
                <span className="text-xs whitespace-nowrap text-text-muted tabular-nums">
                  {formatValue(mover.previous, look.unit)} → {formatValue(mover.now, look.unit)}
                </span>
                <DeltaBadge
                  value={mover.now}
                  previous={mover.previous}
                  better={look.better}
                  className="w-18 text-right"
                />
              </li>
            );
          })}
        </ul>
      )}
    </ChartFrame>
  );
}

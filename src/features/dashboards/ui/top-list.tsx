import { useQuery } from "@tanstack/react-query";
import type { Dimension } from "#features/analytics/analytics-contract.ts";
import { type AnalyticsScope, analyticsBreakdownQuery } from "#features/analytics/ui/analytics-api.ts";
import { BarList } from "#web/charts/bar-list.tsx";
import { ProvenanceNote } from "#web/charts/provenance-note.tsx";
import { formatCount } from "#web/lib/format.ts";
import { Select } from "#web/ui/select.tsx";
import { measureLook } from "./model/measures.ts";
import { TOP_MEASURES, type TopMeasure } from "./model/overview-search.ts";
import { PageLink } from "./page-link.tsx";

const ROWS = 6;

/** The agents, models or tools with the most of something; a name leads on, to the page or to a narrower overview. */
export function TopList({
  title,
  scope,
  dimension,
  measure,
  onMeasure,
  linkTo,
}: {
  title: string;
  scope: AnalyticsScope;
  dimension: Extract<Dimension, "agent" | "model" | "tool">;
  measure: TopMeasure;
  onMeasure: (measure: TopMeasure) => void;
  /** Page below the project and its search for a name. */
  linkTo: (name: string) => { page: string; search: Record<string, string> };
}) {
  const look = measureLook(measure);
  // Spans without the dimension are no agent, model or tool: one more is asked for, to leave them out.
  const list = useQuery(
    analyticsBreakdownQuery(
      { ...scope, filter: { ...scope.filter, where: `${dimension}?` } },
      { measure: [measure, "span_count"], group_by: dimension, sort: measure, limit: ROWS + 1 },
    ),
  );
  const rows = (list.data?.data ?? [])
    .filter((row) => row.group[0] !== "" && row.values[measure] !== null)
    .slice(0, ROWS);
  const hasBefore = (list.data?.previous_total?.span_count ?? 0) > 0;
  return (
    <BarList
      title={title}
      unit={look.unit}
      better={look.better}
      loading={list.isPending}
      error={list.error}
      onRetry={() => void list.refetch()}
      empty={`No ${dimension} in this time range.`}
      actions={
        <>
          <ProvenanceNote answer={list.data} />
          <Select
            size="sm"
            aria-label={`Order ${title.toLowerCase()} by`}
            value={measure}
            onChange={(event) => onMeasure(event.target.value as TopMeasure)}
          >
            {TOP_MEASURES.map((each) => (
              <option key={each} value={each}>
                {measureLook(each).label}
              </option>
            ))}
          </Select>
        </>
      }
      items={rows.map((row) => {
        const name = row.group[0] ?? "";
        return {
          id: name,
          label: name,
          value: row.values[measure] ?? 0,
          previous: hasBefore ? row.previous?.[measure] : undefined,
          hint: measure === "span_count" ? undefined : formatCount(row.values.span_count ?? 0, "call"),
          link: (label) => {
            const { page, search } = linkTo(name);
            return (
              <PageLink project={scope.project} page={page} search={search} title={name}>
                {label}
              </PageLink>
            );
          },
        };
      })}
    />
  );
}

import type { Measure } from "#features/analytics/analytics-contract.ts";
import { MULTI_FILTERS, type MultiFilter, type TracesSearch } from "./traces-search.ts";

/** One way to group spans in the explorer. */
export interface GroupBy {
  id: string;
  label: string;
  /** Where a click on a group leads: the same spans, grouped by this. */
  next: string | null;
  /** What one wants to know first of such groups. */
  sort: Measure;
}

/** Dimensions offered; any attribute can be asked for beside them, as `attribute:<key>`. */
export const GROUPS: readonly GroupBy[] = [
  { id: "agent", label: "Agent", next: "tool", sort: "cost_usd" },
  { id: "tool", label: "Tool", next: "name", sort: "duration_p95_ms" },
  { id: "model", label: "Model", next: "agent", sort: "cost_usd" },
  { id: "operation", label: "Operation", next: "name", sort: "duration_p95_ms" },
  { id: "name", label: "Span name", next: null, sort: "duration_p95_ms" },
  { id: "user_id", label: "User", next: "agent", sort: "cost_usd" },
  { id: "session_id", label: "Session", next: "agent", sort: "cost_usd" },
  { id: "service", label: "Service", next: "name", sort: "errors" },
  { id: "environment", label: "Environment", next: "agent", sort: "errors" },
  { id: "error_type", label: "Error type", next: "name", sort: "span_count" },
  { id: "agent_version", label: "Agent version", next: "tool", sort: "duration_p95_ms" },
  { id: "provider", label: "Provider", next: "model", sort: "cost_usd" },
  { id: "tag", label: "Tag", next: "agent", sort: "cost_usd" },
];

/** The grouping a URL asks for; an attribute of its own, or by agent. */
export function groupOfSearch({ group }: Pick<TracesSearch, "group">): GroupBy {
  const known = GROUPS.find((one) => one.id === group);
  if (known) return known;
  if (group?.startsWith("attribute:") && group.length > 10) {
    return { id: group, label: group.slice(10), next: "agent", sort: "span_count" };
  }
  return GROUPS[0]!;
}

/** The columns of a table of groups. */
export const GROUP_MEASURES: readonly {
  measure: Measure;
  label: string;
  unit: "count" | "usd" | "tokens" | "ms" | "percent";
}[] = [
  { measure: "cost_usd", label: "Cost", unit: "usd" },
  { measure: "duration_p95_ms", label: "p95", unit: "ms" },
  { measure: "duration_p50_ms", label: "p50", unit: "ms" },
  { measure: "span_count", label: "Spans", unit: "count" },
  { measure: "trace_count", label: "Traces", unit: "count" },
  { measure: "errors", label: "Errors", unit: "count" },
  { measure: "error_rate", label: "Error rate", unit: "percent" },
  { measure: "tokens_total", label: "Tokens", unit: "tokens" },
];

/** The measure groups are ordered by. */
export function sortOfSearch(search: Pick<TracesSearch, "group" | "sort">): Measure {
  const known = GROUP_MEASURES.find((one) => one.measure === search.sort);
  return known?.measure ?? groupOfSearch(search).sort;
}

/** The filter that leaves only the spans of one group. */
export function filterOfGroup(search: TracesSearch, group: string, value: string): Partial<TracesSearch> {
  if (group === "session_id" || group === "user_id") return { [group]: value };
  if (group.startsWith("attribute:")) {
    return { where: added(search.where, `${group}=${value}`) };
  }
  if ((MULTI_FILTERS as readonly string[]).includes(group)) return { [group as MultiFilter]: [value] };
  return { where: added(search.where, `${group}=${value}`) };
}

const added = (values: readonly string[] | undefined, value: string) => [
  ...new Set([...(values ?? []), value]),
];

/** What a click on a group changes: narrower, and grouped by what comes next; null where nothing does. */
export function drillInto(search: TracesSearch, value: string): Partial<TracesSearch> | null {
  const group = groupOfSearch(search);
  if (group.next === null) return null;
  return { ...filterOfGroup(search, group.id, value), group: group.next, sort: undefined };
}

/** The condition under which a span has the dimension at all, so that "not set" does not lead every list. */
export const isSet = (group: string): string => `${group}?`;

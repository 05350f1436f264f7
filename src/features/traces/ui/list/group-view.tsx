import { useQuery } from "@tanstack/react-query";
import { ArrowDown, ChevronRight, FilterX, ListTree } from "lucide-react";
import type { Measure, MeasureValues } from "#features/analytics/analytics-contract.ts";
import { cx } from "#web/lib/cx.ts";
import { formatCost, formatDurationMs, formatNumber, formatTokens } from "#web/lib/format.ts";
import type { TimeRangeState } from "#web/lib/use-time-range.ts";
import { Button } from "#web/ui/button.tsx";
import { EmptyState } from "#web/ui/empty-state.tsx";
import { ErrorState } from "#web/ui/error-state.tsx";
import { IconButton } from "#web/ui/icon-button.tsx";
import { Select } from "#web/ui/select.tsx";
import { Skeleton } from "#web/ui/skeleton.tsx";
import { attributeKeysQuery, breakdownQuery, type SpanScope } from "../explorer-api.ts";
import {
  drillInto,
  filterOfGroup,
  GROUP_MEASURES,
  GROUPS,
  groupOfSearch,
  isSet,
  sortOfSearch,
} from "../model/groups.ts";
import { spanFilterQuery, type TracesSearch } from "../model/traces-search.ts";
import type { PatchSearch } from "./use-traces-search.ts";

const MEASURES = GROUP_MEASURES.map((one) => one.measure);
const QUICK_RANGES = [
  { from: "1h", label: "Last hour" },
  { from: "24h", label: "Last day" },
  { from: "7d", label: "Last week" },
];

function shown(unit: (typeof GROUP_MEASURES)[number]["unit"], value: number | null | undefined): string {
  if (value === null || value === undefined) return "—";
  if (unit === "usd") return formatCost(value);
  if (unit === "ms") return formatDurationMs(value);
  if (unit === "percent") return `${formatNumber(value * 100, 1)} %`;
  return unit === "tokens" ? formatTokens(value) : formatNumber(value);
}

/**
 * Spans added up by agent, tool, model or any attribute, the largest first by a measure. A click on a group goes
 * on to what it is made of: from an agent to its tools, from a tool to its spans.
 */
export function GroupView({
  search,
  patch,
  scope,
  range,
  onClear,
}: {
  search: TracesSearch;
  patch: PatchSearch;
  scope: SpanScope;
  range: TimeRangeState;
  onClear: () => void;
}) {
  const group = groupOfSearch(search);
  const sort = sortOfSearch(search);
  // Spans that have no such thing would else lead the list of every measure.
  const filter = spanFilterQuery({ ...search, where: [...(search.where ?? []), isSet(group.id)] });
  const breakdown = useQuery(breakdownQuery({ ...scope, filter }, group.id, sort, MEASURES));
  const keys = useQuery(attributeKeysQuery(scope));
  const rows = breakdown.data?.data ?? [];
  const most = Math.max(0, ...rows.map((row) => row.values[sort] ?? 0));
  const open = (value: string) =>
    patch(
      drillInto(search, value) ?? {
        ...filterOfGroup(search, group.id, value),
        show: "spans",
        order: "-duration",
      },
    );
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex flex-wrap items-center gap-2 border-b border-border px-4 py-2">
        <span className="text-xs text-text-muted">Group by</span>
        <Select
          size="sm"
          aria-label="Group by"
          className="w-44"
          value={group.id}
          onChange={(event) => patch({ group: event.target.value, sort: undefined })}
        >
          {GROUPS.map(({ id, label }) => (
            <option key={id} value={id}>
              {label}
            </option>
          ))}
          <optgroup label="Attributes">
            {group.id.startsWith("attribute:") && <option value={group.id}>{group.label}</option>}
            {keys.data?.data
              .filter(({ type, key }) => type !== "json" && `attribute:${key}` !== group.id)
              .map(({ key, type }) => (
                <option key={`${type} ${key}`} value={`attribute:${key}`}>
                  {key}
                </option>
              ))}
          </optgroup>
        </Select>
        <fieldset className="ml-auto flex items-center gap-1">
          <legend className="sr-only">Time range</legend>
          {QUICK_RANGES.map(({ from, label }) => (
            <Button
              key={from}
              size="sm"
              variant="ghost"
              aria-pressed={range.typed.from === from && !range.typed.to}
              className={range.typed.from === from && !range.typed.to ? "bg-surface-active! text-text!" : ""}
              onClick={() => range.setRange({ from })}
            >
              {label}
            </Button>
          ))}
        </fieldset>
      </div>
      {breakdown.isError ? (
        <ErrorState
          error={breakdown.error}
          title="The groups could not be read"
          onRetry={() => breakdown.refetch()}
        />
      ) : breakdown.isPending ? (
        <div role="status" className="space-y-2 p-4">
          <span className="sr-only">Adding up</span>
          {[1, 2, 3, 4, 5, 6, 7].map((row) => (
            <Skeleton key={row} className="h-7 w-full" />
          ))}
        </div>
      ) : rows.length === 0 ? (
        <EmptyState
          icon={<FilterX size={20} />}
          title={`No span here has ${/^[aeiou]/i.test(group.label) ? "an" : "a"} ${group.label.toLowerCase()}`}
          why="Nothing in this time range and with these filters can be grouped by it."
          action={
            <Button variant="primary" onClick={onClear}>
              Clear filters
            </Button>
          }
        />
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keyboard
        <section className="min-h-0 flex-1 overflow-auto" tabIndex={0} aria-label="Groups">
          <table className="w-full min-w-[52rem] text-xs">
            <caption className="sr-only">
              Spans by {group.label.toLowerCase()}, ordered by{" "}
              {GROUP_MEASURES.find((one) => one.measure === sort)?.label}
            </caption>
            <thead className="sticky top-0 z-10 bg-bg text-text-muted">
              <tr className="border-b border-border">
                <th scope="col" className="h-9 px-4 text-left font-medium">
                  {group.label}
                </th>
                {GROUP_MEASURES.map(({ measure, label }) => (
                  <SortHeader
                    key={measure}
                    label={label}
                    sorted={measure === sort}
                    onSort={() => patch({ sort: measure })}
                  />
                ))}
                <th scope="col" className="w-10">
                  <span className="sr-only">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => {
                const value = row.group[0] ?? "";
                return (
                  <tr
                    key={value}
                    data-group={value}
                    className="border-b border-border bg-no-repeat hover:bg-surface-hover"
                  >
                    <th scope="row" className="max-w-80 min-w-48 px-2 text-left font-normal">
                      <button
                        type="button"
                        onClick={() => open(value)}
                        title={
                          group.next
                            ? `Its ${GROUPS.find((one) => one.id === group.next)?.label.toLowerCase() ?? group.next}s`
                            : "Its spans"
                        }
                        className="flex min-h-9 w-full items-center gap-1.5 rounded-md px-2 text-left font-medium text-text hover:underline"
                      >
                        <span className="truncate">{value || "(not set)"}</span>
                        <ChevronRight aria-hidden size={13} className="ml-auto shrink-0 text-text-muted" />
                      </button>
                    </th>
                    {GROUP_MEASURES.map(({ measure, unit }) => (
                      <MeasureCell
                        key={measure}
                        text={shown(unit, row.values[measure])}
                        danger={
                          unit === "percent" || measure === "errors" ? (row.values[measure] ?? 0) > 0 : false
                        }
                        share={measure === sort && most > 0 ? (row.values[measure] ?? 0) / most : null}
                      />
                    ))}
                    <td className="px-1 text-right">
                      <IconButton
                        size="sm"
                        variant="ghost"
                        tooltip={false}
                        label={`Traces of ${value || "(not set)"}`}
                        icon={<ListTree aria-hidden size={13} />}
                        onClick={() => patch({ ...filterOfGroup(search, group.id, value), show: undefined })}
                      />
                    </td>
                  </tr>
                );
              })}
            </tbody>
            {breakdown.data && <TotalRow label="All" values={breakdown.data.total} />}
          </table>
          {breakdown.data?.truncated && (
            <p role="status" className="px-4 py-2 text-xs text-warning">
              Only a part of the range was added up, to stay within bounds. A shorter range is exact.
            </p>
          )}
        </section>
      )}
    </div>
  );
}

function SortHeader({ label, sorted, onSort }: { label: string; sorted: boolean; onSort: () => void }) {
  return (
    <th scope="col" aria-sort={sorted ? "descending" : "none"} className="px-1 text-right font-medium">
      <button
        type="button"
        onClick={onSort}
        className={cx(
          "inline-flex h-7 items-center gap-1 rounded-md px-2 hover:bg-surface-hover",
          sorted && "text-text",
        )}
      >
        {sorted && <ArrowDown aria-hidden size={12} />}
        {label}
      </button>
    </th>
  );
}

function MeasureCell({ text, danger, share }: { text: string; danger: boolean; share: number | null }) {
  return (
    <td className={cx("relative px-3 text-right whitespace-nowrap tabular-nums", danger && "text-danger")}>
      {share !== null && (
        <span
          aria-hidden
          className="absolute inset-y-1.5 right-1 rounded-sm bg-accent-soft"
          style={{ width: `${Math.max(2, share * 100 - 8)}%` }}
        />
      )}
      <span className="relative">{text}</span>
    </td>
  );
}

function TotalRow({ label, values }: { label: string; values: MeasureValues }) {
  const of = (measure: Measure) => values[measure];
  return (
    <tfoot>
      <tr className="text-text-muted">
        <th scope="row" className="px-4 py-2 text-left font-medium">
          {label}
        </th>
        {GROUP_MEASURES.map(({ measure, unit }) => (
          <td key={measure} className="px-3 py-2 text-right whitespace-nowrap tabular-nums">
            {shown(unit, of(measure))}
          </td>
        ))}
        <td />
      </tr>
    </tfoot>
  );
}

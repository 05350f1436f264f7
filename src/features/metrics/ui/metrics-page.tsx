import { useInfiniteQuery, useQueries } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { ChartSpline, ListFilter } from "lucide-react";
import { useCallback, useMemo, useRef, useState } from "react";
import { TimeSeries } from "#web/charts/time-series.tsx";
import { cx } from "#web/lib/cx.ts";
import { useDocumentTitle } from "#web/lib/document-title.ts";
import { formatCount, formatDurationMs } from "#web/lib/format.ts";
import { useHotkeys } from "#web/lib/hotkeys.ts";
import { useTimeRange } from "#web/lib/use-time-range.ts";
import { Button, buttonClass } from "#web/ui/button.tsx";
import { CopyButton } from "#web/ui/copy-button.tsx";
import { EmptyState } from "#web/ui/empty-state.tsx";
import { ErrorState } from "#web/ui/error-state.tsx";
import { Select } from "#web/ui/select.tsx";
import { Skeleton } from "#web/ui/skeleton.tsx";
import { Distribution } from "./distribution.tsx";
import { Exemplars } from "./exemplars.tsx";
import { MetricList } from "./metric-list.tsx";
import { MetricViews } from "./metric-views.tsx";
import { type MetricAnswer, type MetricScope, metricNamesQuery, metricQuery } from "./metrics-api.ts";
import { metricCharts, queryLetter } from "./model/metric-chart.ts";
import { MAX_QUERIES, type MetricQuery, queryWords } from "./model/metrics-search.ts";
import { QueryEditor } from "./query-editor.tsx";
import { SeriesTable } from "./series-table.tsx";
import { useMetricsSearch } from "./use-metrics-search.ts";

/** Steps to choose from, in seconds. */
const STEPS = [10, 60, 300, 900, 3600, 21_600, 86_400];
const CHART_PX = 320;

/** The metrics explorer: any metric, filtered, grouped and aggregated, several at once, shared by its URL. */
export function MetricsPage() {
  const { project = "" } = useParams({ strict: false });
  useDocumentTitle("Metrics");
  const range = useTimeRange();
  const { search, queries, patch, setQueries } = useMetricsSearch();
  const names = useInfiniteQuery(metricNamesQuery(project, undefined));
  const [listed, setListed] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const scope: MetricScope = useMemo(
    () => ({ project, range, step: search.step }),
    [project, range, search.step],
  );
  const answers = useQueries({ queries: queries.map((query) => metricQuery(scope, query)) });
  const chosen = useMemo(() => new Set(queries.map((query) => query.metric)), [queries]);

  useHotkeys([{ keys: "/", label: "Find a metric", group: "Metrics", run: () => field.current?.focus() }]);

  const onFind = useCallback((find: string | undefined) => patch({ find }, { replace: true }), [patch]);
  const choose = (metric: string, add: boolean) => {
    setListed(false);
    if (chosen.has(metric) && queries.length > 1) {
      setQueries(queries.filter((query) => query.metric !== metric));
      return;
    }
    const made: MetricQuery = { metric, where: [], group_by: [] };
    setQueries(add ? [...queries, made].slice(-MAX_QUERIES) : [...queries.slice(0, -1), made]);
  };
  const change = (index: number, query: MetricQuery) =>
    setQueries(queries.map((each, at) => (at === index ? query : each)));

  if (names.isError && names.data === undefined) {
    return <ErrorState level="h1" error={names.error} onRetry={() => names.refetch()} />;
  }
  if (names.data && names.data.pages[0]?.data.length === 0) return <NoMetrics project={project} />;

  return (
    <div className="flex h-full min-h-0 max-md:flex-col">
      <h1 className="sr-only">Metrics</h1>
      <div className="border-b border-border px-4 py-2 md:hidden">
        <Button
          size="sm"
          aria-expanded={listed}
          aria-controls="metric-list"
          icon={<ListFilter aria-hidden size={13} />}
          onClick={() => setListed(!listed)}
        >
          Choose metrics
        </Button>
      </div>
      <aside
        id="metric-list"
        aria-label="Metrics"
        className={cx(
          "border-border bg-surface max-md:h-80 max-md:border-b md:w-72 md:shrink-0 md:border-r",
          !listed && "max-md:hidden",
        )}
      >
        <MetricList
          project={project}
          find={search.find}
          chosen={chosen}
          field={field}
          onFind={onFind}
          onChoose={choose}
        />
      </aside>
      <div className="min-h-0 min-w-0 flex-1 space-y-3 overflow-y-auto p-4">
        {queries.length === 0 ? (
          <>
            <MetricViews search={search} />
            <EmptyState
              icon={<ChartSpline size={20} />}
              title="Choose a metric"
              why="Pick one from the list to chart it. With Ctrl or ⌘ it is added beside the others."
            />
          </>
        ) : (
          <>
            {queries.map((query, index) => (
              <QueryEditor
                // biome-ignore lint/suspicious/noArrayIndexKey: a query is known by its place, which its letter shows
                key={index}
                project={project}
                index={index}
                query={query}
                aggregation={answers[index]?.data?.now.aggregation}
                canCopy={queries.length < MAX_QUERIES}
                onChange={(next) => change(index, next)}
                onCopy={() => setQueries([...queries, query])}
                onRemove={() => setQueries(queries.filter((_, at) => at !== index))}
              />
            ))}
            <div className="flex flex-wrap items-center gap-2">
              <Select
                size="sm"
                aria-label="Step"
                value={search.step ?? ""}
                onChange={(event) => patch({ step: Number(event.target.value) || undefined })}
              >
                <option value="">Step: automatic</option>
                {STEPS.map((seconds) => (
                  <option key={seconds} value={seconds}>
                    Step: {formatDurationMs(seconds * 1000)}
                  </option>
                ))}
              </Select>
              <MetricViews search={search} />
              <CopyButton text={() => location.href} label="Copy link" withLabel />
            </div>
            <Answers scope={scope} queries={queries} answers={answers} />
          </>
        )}
      </div>
    </div>
  );
}

function Answers({
  scope,
  queries,
  answers,
}: {
  scope: MetricScope;
  queries: readonly MetricQuery[];
  answers: readonly { data?: MetricAnswer; error: unknown; isPending: boolean; refetch: () => unknown }[];
}) {
  const known = queries.flatMap((query, index) => {
    const answer = answers[index]?.data;
    return answer ? [{ query, answer }] : [];
  });
  const charts = metricCharts(known);
  const asWords = (query: MetricQuery, answer: MetricAnswer) => queryWords(query, answer.now.aggregation);
  return (
    <>
      {answers.map((answer, index) =>
        answer.error ? (
          <ErrorState
            key={queryLetter(index)}
            title={`Query ${queryLetter(index)} could not be answered`}
            error={answer.error}
            onRetry={() => answer.refetch()}
          />
        ) : answer.data?.now.truncated ? (
          <p
            key={queryLetter(index)}
            role="status"
            className="rounded-md bg-warning-soft px-3 py-2 text-warning"
          >
            Query {queryLetter(index)} found {formatCount(answer.data.now.series_matched, "series", "series")}
            : only the {answer.data.now.series.length} largest lines are shown. Filter or group it to see
            others.
          </p>
        ) : null,
      )}
      {charts.length === 0 && answers.some((answer) => answer.isPending) && (
        <div role="status">
          <span className="sr-only">Loading the chart</span>
          <Skeleton className="h-80! w-full rounded-lg!" />
        </div>
      )}
      {charts.map((chart) => {
        const [only, ...others] = chart.queries;
        const title =
          others.length === 0 && only !== undefined && known[only]
            ? asWords(known[only].query, known[only].answer)
            : chart.ucum
              ? `Metrics in ${chart.ucum}`
              : "Metrics";
        return (
          <div key={`${chart.ucum} ${chart.stepMs}`} className="space-y-3">
            <TimeSeries
              title={title}
              unit={chart.unit}
              height={CHART_PX}
              times={chart.times}
              series={chart.series}
              range={chart.range}
              stepMs={chart.stepMs}
              empty="No sample in this time range."
            />
            {chart.series.length > 0 && (
              <div className="grid items-start gap-3 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
                <SeriesTable chart={chart} title={title} />
                <Distribution chart={chart} title={title} />
              </div>
            )}
          </div>
        );
      })}
      {known.map(({ query, answer }) => (
        <Exemplars
          key={`${query.metric} ${query.where.join(" ")}`}
          scope={scope}
          query={query}
          ucum={answer.now.unit.replace(/\/s$/, "")}
        />
      ))}
    </>
  );
}

function NoMetrics({ project }: { project: string }) {
  return (
    <div className="py-10">
      <EmptyState
        level="h1"
        icon={<ChartSpline size={20} />}
        title="No metrics yet"
        why="Metrics appear here once they are sent: over OTLP to /v1/metrics or by gRPC, by Prometheus remote write to /api/v1/write, or as InfluxDB line protocol to /api/v2/write."
        action={
          <Link to="/p/$project/connect" params={{ project }} className={buttonClass("primary")}>
            How to connect
          </Link>
        }
      />
    </div>
  );
}

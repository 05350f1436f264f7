import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import {
  formatAbsoluteTime,
  formatCost,
  formatCount,
  formatDurationMs,
  formatNumber,
  formatTokens,
} from "#web/lib/format.ts";
import { useTimeZone } from "#web/lib/time-zone.ts";
import { CopyButton } from "#web/ui/copy-button.tsx";
import { ErrorState } from "#web/ui/error-state.tsx";
import { Skeleton } from "#web/ui/skeleton.tsx";
import { StatusBadge } from "#web/ui/status-badge.tsx";
import { type Tab, Tabs } from "#web/ui/tabs.tsx";
import type { Span, SpanDetail } from "../../trace-contract.ts";
import { groupOf } from "../model/operations.ts";
import type { TreeNode } from "../model/trace-tree.ts";
import type { SpanTab } from "../model/traces-search.ts";
import { OperationIcon } from "../trace/operation-icon.tsx";
import { spanQuery } from "../traces-api.ts";
import { AttributeTable } from "./attribute-table.tsx";
import { ChatTab, hasChat } from "./chat-tab.tsx";
import { EventsTab } from "./events-tab.tsx";
import { ErrorTab, LinksTab, RawTab, ResourceTab } from "./other-tabs.tsx";
import { SpanMenu } from "./span-menu.tsx";

/** The tabs that have something to show, in order. Attributes, resource and raw always do. */
export function tabsFor(span: Span, detail: SpanDetail | undefined): Tab<SpanTab>[] {
  const count = (n: number) => (n > 0 ? ` ${n}` : "");
  const tabs: (Tab<SpanTab> | false)[] = [
    (detail ? hasChat(detail) : span.operation !== "") && { id: "chat", label: "Chat" },
    span.status === "error" && { id: "error", label: "Error" },
    { id: "attributes", label: "Attributes" },
    { id: "events", label: `Events${count(detail?.events.length ?? 0)}` },
    detail !== undefined &&
      detail.links.length > 0 && { id: "links", label: `Links${count(detail.links.length)}` },
    { id: "resource", label: "Resource" },
    { id: "raw", label: "Raw JSON" },
  ];
  return tabs.filter((tab) => tab !== false);
}

/** The tab to show: the one asked for if the span has it; else why it failed, else the first. */
export function tabFor(wanted: SpanTab | undefined, tabs: readonly Tab<SpanTab>[]): SpanTab {
  const has = (id: SpanTab) => tabs.some((tab) => tab.id === id);
  if (wanted !== undefined && has(wanted)) return wanted;
  return has("error") ? "error" : (tabs[0]?.id ?? "attributes");
}

/** Everything about one span. What the waterfall knows shows at once; the rest is fetched. */
export function SpanPanel({
  project,
  span,
  node,
  criticalMs,
  traceMs,
  tab: wanted,
  onTab,
}: {
  project: string;
  span: Span;
  node: TreeNode<Span>;
  /** What the span adds to the critical path by itself, and how long that path is. */
  criticalMs: number;
  traceMs: number;
  tab: SpanTab | undefined;
  onTab: (tab: SpanTab) => void;
}) {
  const detail = useQuery(spanQuery(project, span.trace_id, span.span_id));
  const tabs = tabsFor(span, detail.data);
  const tab = tabFor(wanted, tabs);
  return (
    <>
      <PanelHeader
        project={project}
        span={span}
        node={node}
        criticalMs={criticalMs}
        traceMs={traceMs}
        detail={detail.data}
      />
      <Tabs
        label="Span details"
        tabs={tabs}
        value={tab}
        onChange={onTab}
        className="shrink-0 px-2"
        panelClassName="min-h-0 flex-1 overflow-y-auto"
      >
        {detail.isError ? (
          <ErrorState
            error={detail.error}
            title="The span could not be read"
            onRetry={() => detail.refetch()}
          />
        ) : detail.data ? (
          <TabContent key={span.span_id} tab={tab} span={detail.data} project={project} />
        ) : (
          <PanelSkeleton />
        )}
      </Tabs>
    </>
  );
}

function TabContent({ tab, span, project }: { tab: SpanTab; span: SpanDetail; project: string }) {
  switch (tab) {
    case "chat":
      return <ChatTab span={span} />;
    case "attributes":
      return <AttributeTable label="Attributes" attributes={span.attributes} project={project} />;
    case "events":
      return <EventsTab span={span} />;
    case "error":
      return <ErrorTab span={span} />;
    case "links":
      return <LinksTab span={span} project={project} />;
    case "resource":
      return <ResourceTab span={span} />;
    case "raw":
      return <RawTab span={span} />;
  }
}

function PanelHeader({
  project,
  span,
  node,
  criticalMs,
  traceMs,
  detail,
}: {
  project: string;
  span: Span;
  node: TreeNode<Span>;
  criticalMs: number;
  traceMs: number;
  detail: SpanDetail | undefined;
}) {
  const zone = useTimeZone();
  const { usage } = span;
  const input = usage.input_uncached + usage.cache_read + usage.cache_write;
  const output = usage.output + usage.reasoning;
  const facts: [string, ReactNode][] = [
    ["Duration", formatDurationMs(span.duration_ms)],
    ["Start", formatAbsoluteTime(span.start_time, zone)],
  ];
  if (span.time_to_first_token_ms !== null)
    facts.push(["First token", formatDurationMs(span.time_to_first_token_ms)]);
  if (input + output > 0) {
    facts.push([
      "Input",
      `${formatNumber(input)}${usage.cache_read > 0 ? ` (${formatNumber(usage.cache_read)} cached)` : ""}`,
    ]);
    facts.push([
      "Output",
      `${formatNumber(output)}${usage.reasoning > 0 ? ` (${formatNumber(usage.reasoning)} reasoning)` : ""}`,
    ]);
  }
  if (span.cost_usd !== null) facts.push(["Cost", formatCost(span.cost_usd)]);
  if (criticalMs > 0) {
    const share = traceMs > 0 ? ` (${Math.round((criticalMs / traceMs) * 100)} %)` : "";
    facts.push(["Critical path", `${formatDurationMs(criticalMs)}${share}`]);
  }
  if (node.childCount > 0) facts.push(["Below", belowText(node)]);
  for (const [name, value] of [
    ["Model", span.model],
    ["Provider", span.provider],
    ["Agent", span.agent],
    ["Tool", span.tool],
    ["Service", span.service],
  ] as const) {
    if (value) facts.push([name, value]);
  }
  return (
    <header className="shrink-0 px-4 pt-2.5 pb-2 max-[900px]:pr-12">
      <div className="flex items-center gap-2">
        <OperationIcon group={groupOf(span)} size={16} />
        <h2 className="min-w-0 truncate text-base font-semibold" title={span.name}>
          {span.name || "(no name)"}
        </h2>
        {span.status === "error" && <StatusBadge status="error" />}
        <span className="ml-auto flex shrink-0 items-center">
          <CopyButton text={span.span_id} label="Copy span id" />
          <SpanMenu project={project} span={span} detail={detail} />
        </span>
      </div>
      <dl className="mt-1 flex flex-wrap gap-x-3.5 gap-y-0.5 text-xs">
        {facts.map(([name, value]) => (
          <div key={name} className="flex min-w-0 gap-1.5">
            <dt className="text-text-muted">{name}</dt>
            <dd className="min-w-0 truncate tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
    </header>
  );
}

/** What a span and everything below it add up to. */
function belowText({ rollup }: TreeNode<Span>): string {
  return [
    formatCount(rollup.spans - 1, "span"),
    rollup.tokens > 0 && `${formatTokens(rollup.tokens)} tokens`,
    rollup.cost !== null && formatCost(rollup.cost),
    rollup.errors > 0 && formatCount(rollup.errors, "error"),
  ]
    .filter(Boolean)
    .join(", ");
}

function PanelSkeleton() {
  return (
    <div role="status" className="space-y-3 p-4">
      <span className="sr-only">Loading the span</span>
      <Skeleton className="h-14 w-11/12" />
      <Skeleton className="h-24 w-full" />
      <Skeleton className="h-14 w-10/12" />
    </div>
  );
}

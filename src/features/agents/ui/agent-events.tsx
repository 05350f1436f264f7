import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { MessageSquareText } from "lucide-react";
import { formatAbsoluteTime, formatCost, formatDurationMs, formatTokens } from "#web/lib/format.ts";
import { useTimeZone } from "#web/lib/time-zone.ts";
import { useTimeRange } from "#web/lib/use-time-range.ts";
import { Badge, type Tone } from "#web/ui/badge.tsx";
import { Button } from "#web/ui/button.tsx";
import { EmptyState } from "#web/ui/empty-state.tsx";
import { ErrorState } from "#web/ui/error-state.tsx";
import { SearchField } from "#web/ui/search-field.tsx";
import { Select } from "#web/ui/select.tsx";
import { Skeleton } from "#web/ui/skeleton.tsx";
import type { AgentDetail } from "../agent-contract.ts";
import type { AgentEvent, EventType } from "../agent-event-contract.ts";
import { agentEventsQuery } from "./agents-api.ts";

const TYPES: Record<EventType, { label: string; tone: Tone }> = {
  message: { label: "Message", tone: "neutral" },
  response: { label: "Response", tone: "accent" },
  error: { label: "Error", tone: "danger" },
  tool_call: { label: "Tool call", tone: "warning" },
  feedback: { label: "Feedback", tone: "success" },
};

/** What an agent reported of single interactions, newest first. */
export function AgentEvents({
  project,
  agent,
  type,
  text,
  onSearch,
}: {
  project: string;
  agent: AgentDetail;
  type: string | undefined;
  text: string | undefined;
  onSearch: (change: { event?: string | undefined; text?: string | undefined }) => void;
}) {
  const range = useTimeRange();
  const list = useInfiniteQuery(agentEventsQuery(project, agent.id, { type, q: text }, range));
  const events = (list.data?.pages ?? []).flatMap((page) => page.data);
  return (
    <div className="mx-auto max-w-4xl p-4">
      <div className="mb-3 flex flex-wrap items-center justify-between gap-2">
        <SearchField label="Search events" value={text} onChange={(found) => onSearch({ text: found })} />
        <Select
          size="sm"
          aria-label="Type of events"
          value={type ?? ""}
          onChange={(event) => onSearch({ event: event.target.value || undefined })}
        >
          <option value="">All types</option>
          {Object.entries(TYPES).map(([id, { label }]) => (
            <option key={id} value={id}>
              {label}
            </option>
          ))}
        </Select>
      </div>
      {list.isPending ? (
        <div role="status" className="space-y-2">
          <span className="sr-only">Loading events</span>
          <Skeleton className="h-16" />
          <Skeleton className="h-16" />
        </div>
      ) : list.isError && events.length === 0 ? (
        <ErrorState error={list.error} title="The events could not be read" onRetry={() => list.refetch()} />
      ) : events.length === 0 ? (
        <EmptyState
          icon={<MessageSquareText size={20} />}
          title={type || text ? "No such event in this time range" : "No events in this time range"}
          why="Agents report messages, responses, errors, tool calls and feedback by POST /api/v1/agents/{id}/events. What they send as spans stands under Executions."
          action={
            (type || text) && (
              <Button onClick={() => onSearch({ event: undefined, text: undefined })}>Show all events</Button>
            )
          }
        />
      ) : (
        <>
          <ol aria-label="Events" className="space-y-2">
            {events.map((event) => (
              <Event key={event.id} project={project} event={event} />
            ))}
          </ol>
          {list.hasNextPage && (
            <div className="py-3 text-center">
              <Button size="sm" busy={list.isFetchingNextPage} onClick={() => list.fetchNextPage()}>
                Load more
              </Button>
            </div>
          )}
        </>
      )}
    </div>
  );
}

function Event({ project, event }: { project: string; event: AgentEvent }) {
  const zone = useTimeZone();
  const { label, tone } = TYPES[event.type];
  const figures = [
    event.response_time_ms !== null && formatDurationMs(event.response_time_ms),
    event.token_count > 0 && `${formatTokens(event.token_count)} tokens`,
    event.cost_usd !== null && formatCost(event.cost_usd),
    event.model_used,
    event.feedback_score !== null && `score ${event.feedback_score}`,
  ].filter(Boolean);
  const failure =
    event.error_details === null
      ? ""
      : typeof event.error_details === "string"
        ? event.error_details
        : JSON.stringify(event.error_details);
  return (
    <li className="min-w-0 rounded-lg border border-border bg-surface px-3.5 py-2.5">
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1 text-xs text-text-muted">
        <Badge tone={tone}>{label}</Badge>
        <time dateTime={event.timestamp} className="font-mono">
          {formatAbsoluteTime(event.timestamp, zone)}
        </time>
        <span className="min-w-0 truncate">{figures.join(" · ")}</span>
        <span className="ml-auto flex gap-3">
          {event.user_id && (
            <Link
              to="/p/$project/users/$userId"
              params={{ project, userId: event.user_id }}
              className="text-accent hover:underline"
            >
              {event.user_id}
            </Link>
          )}
          {/^[0-9a-f]{32}$/.test(event.trace_id) && (
            <Link
              to="/p/$project/traces/$traceId"
              params={{ project, traceId: event.trace_id }}
              className="text-accent hover:underline"
            >
              Trace
            </Link>
          )}
        </span>
      </div>
      {event.content && (
        <p className="mt-1.5 line-clamp-6 break-words whitespace-pre-wrap">{event.content}</p>
      )}
      {failure && <p className="mt-1.5 break-words font-mono text-xs text-danger">{failure}</p>}
    </li>
  );
}

import { Link } from "@tanstack/react-router";
import { ArrowLeft, Braces, Link2, MoreHorizontal, SquareTerminal } from "lucide-react";
import { type ReactNode, useState } from "react";
import { copyText } from "#web/lib/clipboard.ts";
import { cx } from "#web/lib/cx.ts";
import {
  formatAbsoluteTime,
  formatCost,
  formatDurationMs,
  formatNumber,
  formatTokens,
} from "#web/lib/format.ts";
import { useTimeZone } from "#web/lib/time-zone.ts";
import { Badge } from "#web/ui/badge.tsx";
import { CopyButton } from "#web/ui/copy-button.tsx";
import { IconButton } from "#web/ui/icon-button.tsx";
import { Menu } from "#web/ui/menu.tsx";
import { toast } from "#web/ui/toast.tsx";
import type { TraceSummary } from "../../trace-contract.ts";
import { TraceStatus } from "../list/trace-cells.tsx";
import { traceUrl } from "../traces-api.ts";

async function copy(text: string, what: string) {
  const done = await copyText(text);
  toast(done ? `${what} copied` : "The browser did not allow copying", done ? "success" : "danger");
}

/** What a trace adds up to, and the ways to take it elsewhere. */
export function TraceHeader({ project, trace }: { project: string; trace: TraceSummary }) {
  const zone = useTimeZone();
  // On a phone the first figures are enough until asked for more; the waterfall needs the room.
  const [whole, setWhole] = useState(false);
  const { usage } = trace;
  const url = traceUrl(project, trace.trace_id);
  return (
    <header className="border-b border-border px-4 pt-2.5 pb-2">
      <div className="flex items-center gap-2">
        <Link
          to="/p/$project/traces"
          params={{ project }}
          aria-label="All traces"
          className="-ml-1.5 inline-flex size-7 shrink-0 items-center justify-center rounded-md text-text-muted hover:bg-surface-hover"
        >
          <ArrowLeft aria-hidden size={16} />
        </Link>
        <h1 className="min-w-0 truncate text-lg font-semibold" title={trace.name}>
          {trace.name || "(no name)"}
        </h1>
        <TraceStatus trace={trace} />
        <span className="ml-auto flex shrink-0 items-center gap-1">
          <span className="font-mono text-2xs text-text-muted max-lg:hidden">{trace.trace_id}</span>
          <CopyButton text={trace.trace_id} label="Copy trace id" />
          <Menu
            label="More"
            align="end"
            trigger={(props) => (
              <IconButton
                {...props}
                size="sm"
                label="Share and export"
                icon={<MoreHorizontal aria-hidden size={15} />}
              />
            )}
            items={[
              {
                id: "link",
                label: "Copy link",
                icon: <Link2 aria-hidden size={14} />,
                run: () => copy(location.href, "Link"),
              },
              {
                id: "curl",
                label: "Copy as curl",
                icon: <SquareTerminal aria-hidden size={14} />,
                run: () => copy(`curl -H "X-API-Key: $FLIGHTDECK_API_KEY" '${url}'`, "curl command"),
              },
              {
                id: "raw",
                label: "Open raw JSON",
                icon: <Braces aria-hidden size={14} />,
                run: () => void window.open(url, "_blank", "noopener"),
              },
            ]}
          />
        </span>
      </div>
      <dl
        data-short={whole ? undefined : ""}
        className="group/facts mt-1.5 flex flex-wrap items-center gap-x-4 gap-y-1 text-xs"
      >
        <Fact name="Duration">{formatDurationMs(trace.duration_ms)}</Fact>
        <Fact minor name="Start">
          {formatAbsoluteTime(trace.start_time, zone)}
        </Fact>
        <Fact name="Spans">{formatNumber(trace.span_count)}</Fact>
        {trace.error_count > 0 && (
          <Fact name="Errors">
            <span className="text-danger">{formatNumber(trace.error_count)}</span>
          </Fact>
        )}
        {trace.llm_call_count > 0 && (
          <Fact minor name="LLM calls">
            {formatNumber(trace.llm_call_count)}
          </Fact>
        )}
        {trace.tool_call_count > 0 && (
          <Fact minor name="Tool calls">
            {formatNumber(trace.tool_call_count)}
          </Fact>
        )}
        {trace.total_tokens > 0 && (
          <Fact name="Tokens">
            <span
              title={[
                `${formatNumber(usage.input_uncached)} input`,
                `${formatNumber(usage.cache_read)} read from cache`,
                `${formatNumber(usage.cache_write)} written to cache`,
                `${formatNumber(usage.output)} output`,
                `${formatNumber(usage.reasoning)} reasoning`,
              ].join("\n")}
            >
              {formatTokens(usage.input_uncached + usage.cache_read + usage.cache_write)} in ·{" "}
              {formatTokens(usage.output + usage.reasoning)} out
            </span>
          </Fact>
        )}
        <Fact name="Cost">{trace.cost_usd === null ? "—" : formatCost(trace.cost_usd)}</Fact>
        <Names name="Agents" values={trace.agents} />
        <Names name="Models" values={trace.models} />
        {trace.session_id && (
          <Fact minor name="Session">
            <Link
              to="/p/$project/sessions/$sessionId"
              params={{ project, sessionId: trace.session_id }}
              title="The whole session"
              className="text-accent hover:underline"
            >
              {trace.session_id}
            </Link>
          </Fact>
        )}
        {trace.user_id && (
          <Fact minor name="User">
            <Link
              to="/p/$project/users/$userId"
              params={{ project, userId: trace.user_id }}
              title="Everything of this user"
              className="text-accent hover:underline"
            >
              {trace.user_id}
            </Link>
          </Fact>
        )}
        {trace.environment && (
          <Fact minor name="Environment">
            {trace.environment}
          </Fact>
        )}
      </dl>
      <button
        type="button"
        aria-expanded={whole}
        onClick={() => setWhole(!whole)}
        className="h-6 text-xs text-accent hover:underline sm:hidden"
      >
        {whole ? "Less" : "More about this trace"}
      </button>
    </header>
  );
}

function Fact({ name, minor, children }: { name: string; minor?: boolean; children: ReactNode }) {
  return (
    <div className={cx("flex min-w-0 items-center gap-1.5", minor && "max-sm:group-data-short/facts:hidden")}>
      <dt className="text-text-muted">{name}</dt>
      <dd className="min-w-0 truncate font-medium tabular-nums">{children}</dd>
    </div>
  );
}

const MAX_NAMES = 3;

function Names({ name, values }: { name: string; values: readonly string[] }) {
  if (values.length === 0) return null;
  return (
    <Fact minor name={name}>
      <span className="flex flex-wrap items-center gap-1" title={values.join(", ")}>
        {values.slice(0, MAX_NAMES).map((value) => (
          <Badge key={value}>{value}</Badge>
        ))}
        {values.length > MAX_NAMES && <span className="text-text-muted">+{values.length - MAX_NAMES}</span>}
      </span>
    </Fact>
  );
}

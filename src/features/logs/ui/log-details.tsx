import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ChevronsUpDown, ListTree, ZoomIn, ZoomOut } from "lucide-react";
import { useState } from "react";
import { cx } from "#web/lib/cx.ts";
import { formatAbsoluteTime } from "#web/lib/format.ts";
import { useTimeZone } from "#web/lib/time-zone.ts";
import { Button, buttonClass } from "#web/ui/button.tsx";
import { CopyButton } from "#web/ui/copy-button.tsx";
import { ErrorState } from "#web/ui/error-state.tsx";
import { IconButton } from "#web/ui/icon-button.tsx";
import { SkeletonLines } from "#web/ui/skeleton.tsx";
import type { Log } from "../logs-contract.ts";
import { logContextQuery } from "./logs-api.ts";
import { SEVERITY_LOOKS } from "./model/severity.ts";

const LINES_AROUND = 10;

const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

/** Everything about one record: the whole message, its attributes, its trace, the lines around it. */
export function LogDetails({
  project,
  log,
  onCondition,
}: {
  project: string;
  log: Log;
  onCondition: (condition: string) => void;
}) {
  const timeZone = useTimeZone();
  const [around, setAround] = useState(false);
  const facts: [string, string][] = [
    ["time", formatAbsoluteTime(log.time, timeZone)],
    ["severity", [log.severity, log.severity_text].filter(Boolean).join(" · ")],
    ["event", log.event_name],
    ["scope", [log.scope.name, log.scope.version].filter(Boolean).join(" ")],
    ["session", log.session_id],
  ];
  return (
    <div className="space-y-3 border-b border-border bg-surface px-4 py-3 sm:pl-8">
      <div className="flex flex-wrap items-center gap-2">
        {log.trace_id && (
          <Link
            to="/p/$project/traces/$traceId"
            params={{ project, traceId: log.trace_id }}
            search={{ span: log.span_id ?? undefined } as never}
            className={buttonClass("secondary", "sm")}
          >
            <ListTree aria-hidden size={13} />
            Open its trace
          </Link>
        )}
        <Button
          size="sm"
          aria-expanded={around}
          icon={<ChevronsUpDown aria-hidden size={13} />}
          onClick={() => setAround(!around)}
        >
          Lines around
        </Button>
        <CopyButton text={() => JSON.stringify(log, null, 2)} label="Copy as JSON" withLabel />
        <CopyButton
          text={() => {
            const url = new URL(location.href);
            url.searchParams.set("log", log.id);
            return url.href;
          }}
          label="Copy link"
          withLabel
          size="sm"
          variant="ghost"
        />
      </div>
      <pre className="max-h-96 overflow-auto rounded-md border border-border bg-bg p-2.5 font-mono text-xs break-words whitespace-pre-wrap">
        {log.body_is_json ? pretty(log.body) : log.body || "(no message)"}
      </pre>
      {around && <LinesAround project={project} log={log} />}
      <table className="w-full table-fixed text-xs">
        <caption className="sr-only">Attributes of the record</caption>
        <colgroup>
          <col className="w-32 sm:w-56" />
          <col />
          <col className="w-14" />
        </colgroup>
        <tbody>
          {facts
            .filter(([, value]) => value !== "")
            .map(([name, value]) => (
              <Row key={name} name={name} value={value} />
            ))}
          {Object.entries(log.attributes).map(([name, value]) => (
            <Row key={`a ${name}`} name={name} value={textOf(value)} onCondition={onCondition} />
          ))}
          {Object.entries(log.resource).map(([name, value]) => (
            <Row key={`r ${name}`} name={name} value={value} onCondition={onCondition} faint />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function pretty(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}

function Row({
  name,
  value,
  faint,
  onCondition,
}: {
  name: string;
  value: string;
  faint?: boolean;
  onCondition?: (condition: string) => void;
}) {
  return (
    <tr className="group/row align-top hover:bg-surface-hover">
      <th
        scope="row"
        className={cx(
          "py-1 pr-3 text-left font-normal break-words",
          faint ? "text-text-faint" : "text-text-muted",
        )}
      >
        {name}
      </th>
      <td className="py-1 font-mono break-words">{value}</td>
      <td className="text-right">
        {onCondition && (
          <span className="inline-flex opacity-0 group-focus-within/row:opacity-100 group-hover/row:opacity-100 max-sm:opacity-100">
            <IconButton
              size="sm"
              label={`Only ${name} = ${value}`}
              tooltip={false}
              className="size-6!"
              icon={<ZoomIn aria-hidden size={13} />}
              onClick={() => onCondition(`${name}=${value}`.slice(0, 500))}
            />
            <IconButton
              size="sm"
              label={`Without ${name} = ${value}`}
              tooltip={false}
              className="size-6!"
              icon={<ZoomOut aria-hidden size={13} />}
              onClick={() => onCondition(`${name}!=${value}`.slice(0, 500))}
            />
          </span>
        )}
      </td>
    </tr>
  );
}

/** What the same service said just before and after, newest first like the list. */
function LinesAround({ project, log }: { project: string; log: Log }) {
  const timeZone = useTimeZone();
  const context = useQuery(logContextQuery(project, log, LINES_AROUND));
  if (context.isPending) return <SkeletonLines lines={6} />;
  if (context.isError) return <ErrorState error={context.error} onRetry={() => context.refetch()} />;
  const { later, earlier } = context.data;
  return (
    <section
      aria-label="Lines around"
      className="overflow-x-auto rounded-md border border-border bg-bg py-1 font-mono text-xs"
    >
      {[...later, log, ...earlier].map((each) => (
        <p
          key={each.id}
          aria-current={each.id === log.id || undefined}
          className={cx("flex gap-2 px-2.5 py-0.5 whitespace-nowrap", each.id === log.id && "bg-accent-soft")}
        >
          <span className="text-text-muted">{formatAbsoluteTime(each.time, timeZone).slice(11)}</span>
          <span className={cx("w-12 shrink-0", SEVERITY_LOOKS[each.severity].text)}>
            {SEVERITY_LOOKS[each.severity].label}
          </span>
          <span>{each.body.split("\n", 1)[0]}</span>
        </p>
      ))}
      {later.length + earlier.length === 0 && (
        <p className="px-2.5 py-0.5 text-text-muted">Nothing else within a minute of it.</p>
      )}
    </section>
  );
}

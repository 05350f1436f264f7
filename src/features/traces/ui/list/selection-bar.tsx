import { Link } from "@tanstack/react-router";
import { copyText } from "#web/lib/clipboard.ts";
import { formatCount } from "#web/lib/format.ts";
import { Button, buttonClass } from "#web/ui/button.tsx";
import { toast } from "#web/ui/toast.tsx";
import type { TraceSummary } from "../../trace-contract.ts";
import type { SpanScope } from "../explorer-api.ts";
import { ExportMenu } from "./export-menu.tsx";

/** What can be done with the ticked traces, or with all that match. */
export function SelectionBar({
  project,
  ids,
  rows,
  allLoaded,
  hasMore,
  allMatching,
  scope,
  onAllMatching,
  onDifferent,
  onClear,
}: {
  project: string;
  ids: readonly string[];
  /** Loaded traces, for what is exported of the ticked ones. */
  rows: readonly TraceSummary[];
  allLoaded: boolean;
  hasMore: boolean;
  allMatching: boolean;
  /** The list's own filter, for exports of everything that matches. */
  scope: SpanScope;
  onAllMatching: () => void;
  onDifferent: () => void;
  onClear: () => void;
}) {
  const copy = async () => {
    const done = await copyText(ids.join("\n"));
    toast(
      done ? `${formatCount(ids.length, "trace id")} copied` : "The browser did not allow copying",
      done ? "success" : "danger",
    );
  };
  const save = () => {
    const chosen = rows.filter((trace) => ids.includes(trace.trace_id));
    const lines = chosen.map((trace) => JSON.stringify(trace)).join("\n");
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([`${lines}\n`], { type: "application/x-ndjson" }));
    link.download = "traces.jsonl";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };
  return (
    <div className="flex flex-wrap items-center gap-2 border-b border-border bg-accent-soft px-4 py-1.5 text-accent">
      <span role="status" className="font-medium">
        {allMatching ? "All that match selected" : `${ids.length} selected`}
      </span>
      {allLoaded && hasMore && !allMatching && (
        <Button size="sm" onClick={onAllMatching}>
          Select all that match
        </Button>
      )}
      {allMatching ? (
        <ExportMenu what="traces" scope={scope} />
      ) : (
        <>
          {ids.length === 2 && (
            <Link
              to="/p/$project/traces/compare"
              params={{ project }}
              search={{ a: ids[0], b: ids[1] }}
              className={buttonClass("secondary", "sm")}
            >
              Compare
            </Link>
          )}
          <Button size="sm" onClick={copy}>
            Copy trace ids
          </Button>
          <Button size="sm" onClick={save}>
            Export as JSON
          </Button>
        </>
      )}
      <Button size="sm" onClick={onDifferent}>
        What is different…
      </Button>
      <Button size="sm" variant="ghost" onClick={onClear}>
        Clear selection
      </Button>
    </div>
  );
}

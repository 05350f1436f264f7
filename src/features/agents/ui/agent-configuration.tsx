import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ApiProblem } from "#web/lib/api-client.ts";
import { cx } from "#web/lib/cx.ts";
import { Button } from "#web/ui/button.tsx";
import { Card } from "#web/ui/card.tsx";
import { CodeBlock } from "#web/ui/code-block.tsx";
import { fieldClass } from "#web/ui/input.tsx";
import { RelativeTime } from "#web/ui/relative-time.tsx";
import { Select } from "#web/ui/select.tsx";
import { Skeleton } from "#web/ui/skeleton.tsx";
import { toast } from "#web/ui/toast.tsx";
import type { AgentConfigHistory, AgentDetail } from "../agent-contract.ts";
import { agentsKey, configHistoryQuery, patchAgent } from "./agents-api.ts";
import type { AgentSearch } from "./agents-search.ts";
import { diffLines, readConfiguration, sortedJson } from "./json-diff.ts";

/** The configuration an agent should run with: shown, edited, and compared with earlier ones. */
export function AgentConfiguration({
  project,
  agent,
  search,
  onSearch,
}: {
  project: string;
  agent: AgentDetail;
  search: AgentSearch;
  onSearch: (change: Partial<AgentSearch>) => void;
}) {
  const history = useQuery(configHistoryQuery(project, agent.id));
  return (
    <div className="mx-auto grid max-w-6xl gap-4 p-4 lg:grid-cols-2">
      <Editor project={project} agent={agent} />
      <Card
        title="Compare versions"
        description="Every change is kept. The agent learns of a new version with its next heartbeat."
      >
        {history.data ? (
          <Comparison
            project={project}
            agent={agent}
            history={history.data.data}
            search={search}
            onSearch={onSearch}
          />
        ) : history.isError ? (
          <p role="alert" className="text-danger">
            {history.error.message}{" "}
            <Button size="sm" onClick={() => history.refetch()}>
              Try again
            </Button>
          </p>
        ) : (
          <div role="status">
            <span className="sr-only">Loading the versions</span>
            <Skeleton className="h-32" />
          </div>
        )}
      </Card>
    </div>
  );
}

function Editor({ project, agent }: { project: string; agent: AgentDetail }) {
  const client = useQueryClient();
  const [text, setText] = useState<string | null>(null);
  /** The version the edit began from: whoever else changed it meanwhile must not be overwritten. */
  const [base, setBase] = useState(agent.config_version);
  const [failure, setFailure] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const read = text === null ? null : readConfiguration(text);
  const wrong = read && "error" in read ? read.error : null;
  const save = async () => {
    if (!read || "error" in read) return;
    setBusy(true);
    try {
      const saved = await patchAgent(project, agent.id, {
        configuration: read.value,
        expected_config_version: base,
      });
      await client.invalidateQueries({ queryKey: agentsKey(project) });
      toast(`Configuration saved as version ${saved.config_version}.`, "success");
      setText(null);
      setFailure(null);
    } catch (error) {
      setFailure(error instanceof ApiProblem ? error.detail : String(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Card
      title={`Configuration · version ${agent.config_version}`}
      actions={
        text === null ? (
          <Button
            size="sm"
            onClick={() => {
              setBase(agent.config_version);
              setText(sortedJson(agent.configuration));
            }}
          >
            Edit
          </Button>
        ) : (
          <>
            <Button
              size="sm"
              variant="ghost"
              onClick={() => {
                setText(null);
                setFailure(null);
              }}
            >
              Cancel
            </Button>
            <Button
              size="sm"
              variant="primary"
              busy={busy}
              disabled={wrong !== null}
              onClick={() => void save()}
            >
              Save
            </Button>
          </>
        )
      }
    >
      {text === null ? (
        <CodeBlock code={sortedJson(agent.configuration)} label="Configuration" />
      ) : (
        <>
          <textarea
            aria-label="Configuration as JSON"
            aria-invalid={wrong !== null}
            aria-describedby="configuration-problem"
            spellCheck={false}
            rows={16}
            value={text}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void save();
            }}
            className={cx(fieldClass, "resize-y p-3 font-mono text-xs leading-5")}
          />
          <p id="configuration-problem" role="status" className="mt-1 min-h-4 text-xs text-danger">
            {failure ?? wrong}
          </p>
        </>
      )}
    </Card>
  );
}

function Comparison({
  project,
  agent,
  history,
  search,
  onSearch,
}: {
  project: string;
  agent: AgentDetail;
  history: AgentConfigHistory["data"];
  search: AgentSearch;
  onSearch: (change: Partial<AgentSearch>) => void;
}) {
  const client = useQueryClient();
  const find = (version: string | undefined) => history.find((one) => String(one.config_version) === version);
  const newer = find(search.config) ?? history[0];
  const older =
    find(search.against) ?? history.find((one) => one.config_version < (newer?.config_version ?? 0));
  if (!newer || !older) {
    return <p className="text-text-muted">There is one version so far, so nothing to compare it with.</p>;
  }
  const restore = async () => {
    try {
      const saved = await patchAgent(project, agent.id, {
        configuration: older.configuration,
        expected_config_version: agent.config_version,
      });
      await client.invalidateQueries({ queryKey: agentsKey(project) });
      toast(
        `Version ${older.config_version} is in use again, as version ${saved.config_version}.`,
        "success",
      );
    } catch (error) {
      toast(error instanceof ApiProblem ? error.detail : String(error), "danger");
    }
  };
  const choice = (label: string, chosen: typeof newer, key: "config" | "against") => (
    <Select
      size="sm"
      label={label}
      value={String(chosen.config_version)}
      onChange={(event) => onSearch({ [key]: event.target.value })}
    >
      {history.map((one) => (
        <option key={one.config_version} value={one.config_version}>
          Version {one.config_version}
        </option>
      ))}
    </Select>
  );
  return (
    <>
      <div className="flex flex-wrap items-end gap-3">
        {choice("From", older, "against")}
        {choice("To", newer, "config")}
        <Button size="sm" className="ml-auto" onClick={() => void restore()}>
          Use version {older.config_version} again
        </Button>
      </div>
      <p className="mt-2 text-xs text-text-muted">
        Version {newer.config_version} by {newer.changed_by}, <RelativeTime time={newer.created_at} />
      </p>
      <section
        aria-label="Differences"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keyboard
        tabIndex={0}
        className="relative mt-2 overflow-x-auto rounded-md border border-border bg-bg py-2 font-mono text-xs leading-5"
      >
        {diffLines(sortedJson(older.configuration), sortedJson(newer.configuration)).map((line, at) => (
          <div
            // biome-ignore lint/suspicious/noArrayIndexKey: lines are told apart by their place
            key={at}
            className={cx(
              "px-3 whitespace-pre",
              line.kind === "added" && "bg-success-soft text-success",
              line.kind === "removed" && "bg-danger-soft text-danger",
            )}
          >
            <span aria-hidden>{line.kind === "added" ? "+ " : line.kind === "removed" ? "− " : "  "}</span>
            {line.kind !== "same" && <span className="sr-only">{line.kind}: </span>}
            {line.text}
          </div>
        ))}
      </section>
    </>
  );
}

import { useQuery } from "@tanstack/react-query";
import { Copy, Plus, X } from "lucide-react";
import { type FormEvent, useState } from "react";
import { Button } from "#web/ui/button.tsx";
import { IconButton } from "#web/ui/icon-button.tsx";
import { Input } from "#web/ui/input.tsx";
import { Popover } from "#web/ui/popover.tsx";
import { Select } from "#web/ui/select.tsx";
import type { Aggregation, MetricLabel } from "../metrics-contract.ts";
import { metricLabelsQuery } from "./metrics-api.ts";
import { queryLetter } from "./model/metric-chart.ts";
import { AGGREGATIONS, type MetricQuery } from "./model/metrics-search.ts";

/** One query: how samples become a value, which series, and by what they are told apart. */
export function QueryEditor({
  project,
  index,
  query,
  aggregation,
  canCopy,
  onChange,
  onCopy,
  onRemove,
}: {
  project: string;
  index: number;
  query: MetricQuery;
  /** The one in use where the query names none. */
  aggregation: Aggregation | undefined;
  canCopy: boolean;
  onChange: (query: MetricQuery) => void;
  onCopy: () => void;
  onRemove: () => void;
}) {
  const labels = useQuery(metricLabelsQuery(project, query.metric)).data ?? [];
  const letter = queryLetter(index);
  return (
    <section
      aria-label={`Query ${letter}`}
      className="flex flex-wrap items-center gap-2 rounded-lg border border-border bg-surface px-3 py-2"
    >
      <span
        aria-hidden
        className="flex size-5 items-center justify-center rounded-sm bg-surface-active text-xs font-semibold"
      >
        {letter}
      </span>
      <span className="min-w-0 max-w-full truncate font-mono text-xs font-medium" title={query.metric}>
        {query.metric}
      </span>
      <Select
        size="sm"
        aria-label={`Aggregation of query ${letter}`}
        value={query.aggregation ?? ""}
        onChange={(event) =>
          onChange({ ...query, aggregation: (event.target.value || undefined) as Aggregation | undefined })
        }
      >
        <option value="">{aggregation ? `auto (${aggregation})` : "auto"}</option>
        {AGGREGATIONS.map((each) => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
      </Select>
      {query.where.map((condition) => (
        <Chip
          key={condition}
          word="where"
          text={condition}
          onRemove={() => onChange({ ...query, where: query.where.filter((each) => each !== condition) })}
        />
      ))}
      <WhereMenu
        labels={labels}
        onAdd={(condition) => onChange({ ...query, where: [...new Set([...query.where, condition])] })}
      />
      {query.group_by.map((label) => (
        <Chip
          key={label}
          word="by"
          text={label}
          onRemove={() => onChange({ ...query, group_by: query.group_by.filter((each) => each !== label) })}
        />
      ))}
      <Select
        size="sm"
        aria-label={`Group query ${letter} by`}
        value=""
        onChange={(event) => onChange({ ...query, group_by: [...query.group_by, event.target.value] })}
      >
        <option value="">Group by…</option>
        {labels
          .filter((each) => !query.group_by.includes(each.label))
          .map((each) => (
            <option key={`${each.source} ${each.label}`} value={each.label}>
              {each.label} ({each.distinct_values})
            </option>
          ))}
      </Select>
      <span className="ml-auto flex">
        <IconButton
          size="sm"
          label={`Copy query ${letter}`}
          disabled={!canCopy}
          icon={<Copy aria-hidden size={13} />}
          onClick={onCopy}
        />
        <IconButton
          size="sm"
          label={`Remove query ${letter}`}
          icon={<X aria-hidden size={14} />}
          onClick={onRemove}
        />
      </span>
    </section>
  );
}

function Chip({ word, text, onRemove }: { word: string; text: string; onRemove: () => void }) {
  return (
    <span className="inline-flex h-7 max-w-full items-center rounded-full border border-border pl-2.5 text-xs">
      <span className="mr-1 text-text-muted">{word}</span>
      <span className="max-w-52 truncate font-mono" title={text}>
        {text}
      </span>
      <button
        type="button"
        aria-label={`Remove ${word} ${text}`}
        onClick={onRemove}
        className="ml-0.5 inline-flex size-6 items-center justify-center rounded-full text-text-muted hover:bg-surface-hover hover:text-text"
      >
        <X aria-hidden size={12} />
      </button>
    </span>
  );
}

const OPERATORS = ["=", "!=", "~"] as const;

function WhereMenu({
  labels,
  onAdd,
}: {
  labels: readonly MetricLabel[];
  onAdd: (condition: string) => void;
}) {
  const [label, setLabel] = useState("");
  const [operator, setOperator] = useState<(typeof OPERATORS)[number]>("=");
  const [value, setValue] = useState("");
  const values = labels.find((each) => each.label === label)?.values ?? [];
  return (
    <Popover
      label="Add a filter"
      className="w-80 p-3"
      onOpenChange={(open) => {
        if (!open) return;
        setLabel(labels[0]?.label ?? "");
        setValue("");
      }}
      trigger={(props) => (
        <Button {...props} size="sm" icon={<Plus aria-hidden size={13} />}>
          Filter
        </Button>
      )}
    >
      {(close) => (
        <form
          className="space-y-2"
          onSubmit={(event: FormEvent) => {
            event.preventDefault();
            if (label === "" || value.trim() === "") return;
            onAdd(`${label}${operator}${value.trim()}`);
            close();
          }}
        >
          <Select label="Label" value={label} onChange={(event) => setLabel(event.target.value)}>
            {labels.map((each) => (
              <option key={`${each.source} ${each.label}`} value={each.label}>
                {each.label}
              </option>
            ))}
          </Select>
          <div className="grid grid-cols-[5.5rem_minmax(0,1fr)] items-end gap-2">
            <Select
              label="Test"
              value={operator}
              onChange={(event) => setOperator(event.target.value as typeof operator)}
            >
              <option value="=">is</option>
              <option value="!=">is not</option>
              <option value="~">contains</option>
            </Select>
            <Input
              label="Value"
              list="metric-label-values"
              autoComplete="off"
              value={value}
              onChange={(event) => setValue(event.target.value)}
            />
          </div>
          <datalist id="metric-label-values">
            {values.map((each) => (
              <option key={each.value} value={each.value} />
            ))}
          </datalist>
          <Button type="submit" size="sm" className="w-full" disabled={label === "" || value.trim() === ""}>
            Add filter
          </Button>
        </form>
      )}
    </Popover>
  );
}

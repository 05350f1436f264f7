import { useQuery } from "@tanstack/react-query";
import { ListFilter, Plus, X } from "lucide-react";
import { type FormEvent, type RefObject, useState } from "react";
import { cx } from "#web/lib/cx.ts";
import { Button } from "#web/ui/button.tsx";
import { FacetMenu } from "#web/ui/facet-menu.tsx";
import { Input } from "#web/ui/input.tsx";
import { Popover } from "#web/ui/popover.tsx";
import { SearchField } from "#web/ui/search-field.tsx";
import { type LogScope, logFacetsQuery } from "./logs-api.ts";
import {
  isFiltered,
  LOG_FACETS,
  type LogFacet,
  type LogsSearch,
  parseCondition,
  toggled,
  WITHOUT_FILTERS,
} from "./model/logs-search.ts";
import type { PatchLogsSearch } from "./use-logs-search.ts";

const NAMES: Record<LogFacet, string> = {
  severity: "Severity",
  service: "Service",
  agent: "Agent",
  environment: "Environment",
  event_name: "Event",
};

/** Search in messages, facets with counts, conditions on attributes, and what is in use. */
export function LogFilters({
  search,
  patch,
  scope,
  searchField,
}: {
  search: LogsSearch;
  patch: PatchLogsSearch;
  scope: LogScope;
  searchField: RefObject<HTMLInputElement | null>;
}) {
  const facets = useQuery(logFacetsQuery(scope)).data;
  const [open, setOpen] = useState(false);
  return (
    <>
      <div className="flex flex-wrap items-center gap-2">
        <SearchField
          label="Search in messages"
          value={search.q}
          field={searchField}
          onChange={(q) => patch({ q }, { replace: true })}
        />
        <Button
          size="sm"
          className="sm:hidden"
          icon={<ListFilter aria-hidden size={13} />}
          aria-expanded={open}
          aria-controls="log-filters"
          onClick={() => setOpen(!open)}
        >
          Filters
        </Button>
        <div
          id="log-filters"
          className={cx("flex-wrap items-center gap-1.5 max-sm:w-full sm:flex", open ? "flex" : "hidden")}
        >
          {LOG_FACETS.map((facet) => (
            <FacetMenu
              key={facet}
              name={NAMES[facet]}
              options={facets?.[facet] ?? []}
              chosen={search[facet]}
              onToggle={(value) => patch({ [facet]: toggled<string>(search[facet], value) })}
              onClear={() => patch({ [facet]: undefined })}
            />
          ))}
          <ConditionMenu
            keys={facets?.attributes ?? []}
            onAdd={(condition) => patch({ where: toggled(search.where, condition) })}
          />
        </div>
      </div>
      <Chips search={search} patch={patch} />
    </>
  );
}

function ConditionMenu({
  keys,
  onAdd,
}: {
  keys: readonly { key: string; count: number }[];
  onAdd: (condition: string) => void;
}) {
  const [text, setText] = useState("");
  const condition = parseCondition(text);
  return (
    <Popover
      label="Filter by attribute"
      className="w-80 p-3"
      onOpenChange={(open) => open && setText("")}
      trigger={(props) => (
        <Button {...props} size="sm" icon={<Plus aria-hidden size={13} />}>
          Attribute
        </Button>
      )}
    >
      {(close) => (
        <form
          onSubmit={(event: FormEvent) => {
            event.preventDefault();
            if (condition === null) return;
            onAdd(condition);
            close();
          }}
        >
          <Input
            label="Condition"
            data-autofocus
            list="log-attribute-keys"
            autoComplete="off"
            spellCheck={false}
            placeholder="http.status_code >= 500"
            value={text}
            onChange={(event) => setText(event.target.value)}
            hint="Name, then =, !=, >, >=, <, <= or ~ (contains) and a value; name? for any value."
          />
          <datalist id="log-attribute-keys">
            {keys.map(({ key }) => (
              <option key={key} value={key} />
            ))}
          </datalist>
          <Button type="submit" size="sm" className="mt-3 w-full" disabled={condition === null}>
            Add condition
          </Button>
        </form>
      )}
    </Popover>
  );
}

/** Each value in use, with a button that takes it out. */
function Chips({ search, patch }: { search: LogsSearch; patch: PatchLogsSearch }) {
  if (!isFiltered(search)) return null;
  const chips: { name: string; value: string; remove: Partial<LogsSearch> }[] = [
    ...LOG_FACETS.flatMap((facet) =>
      (search[facet] ?? []).map((value) => ({
        name: NAMES[facet].toLowerCase(),
        value,
        remove: { [facet]: toggled<string>(search[facet], value) },
      })),
    ),
    ...(search.where ?? []).map((value) => ({
      name: "attribute",
      value,
      remove: { where: toggled(search.where, value) },
    })),
    ...(["trace_id", "session_id"] as const).flatMap((key) =>
      search[key] === undefined
        ? []
        : [{ name: key.replace("_id", ""), value: search[key], remove: { [key]: undefined } }],
    ),
  ];
  return (
    <ul aria-label="Filters in use" className="flex flex-wrap items-center gap-1.5">
      {chips.map((chip) => (
        <li
          key={`${chip.name} ${chip.value}`}
          className="inline-flex h-6 max-w-full items-center rounded-full border border-border bg-surface pl-2.5 text-xs"
        >
          <span className="mr-1 text-text-muted">{chip.name}</span>
          <span className="max-w-60 truncate font-medium" title={chip.value}>
            {chip.value}
          </span>
          <button
            type="button"
            aria-label={`Remove filter ${chip.name} ${chip.value}`}
            onClick={() => patch(chip.remove)}
            className="ml-0.5 inline-flex size-6 items-center justify-center rounded-full text-text-muted hover:bg-surface-hover hover:text-text"
          >
            <X aria-hidden size={12} />
          </button>
        </li>
      ))}
      <li>
        <Button variant="ghost" size="sm" onClick={() => patch(WITHOUT_FILTERS)}>
          Clear filters
        </Button>
      </li>
    </ul>
  );
}

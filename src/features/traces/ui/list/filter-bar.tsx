import { useQuery } from "@tanstack/react-query";
import { ListFilter, MessageSquareText, Search } from "lucide-react";
import { type RefObject, useEffect, useState } from "react";
import { cx } from "#web/lib/cx.ts";
import { Button } from "#web/ui/button.tsx";
import { Input } from "#web/ui/input.tsx";
import type { TraceFacets } from "../../trace-contract.ts";
import { OPERATION_NAMES } from "../model/operations.ts";
import { activeFilters, type MultiFilter, type TracesSearch, toggled } from "../model/traces-search.ts";
import { type TraceListScope, traceFacetsQuery } from "../traces-api.ts";
import { AmountMenu } from "./amount-menu.tsx";
import { FacetMenu, type FacetOption } from "./facet-menu.tsx";
import { FilterChips } from "./filter-chips.tsx";
import type { PatchSearch } from "./use-traces-search.ts";
import { WhereMenu } from "./where-menu.tsx";

/** Typing settles for this long before the list is searched. */
const TYPING_MS = 250;

const FACETS: { name: string; filter: MultiFilter; facet: keyof TraceFacets }[] = [
  { name: "Agent", filter: "agent", facet: "agents" },
  { name: "Model", filter: "model", facet: "models" },
  { name: "Service", filter: "service", facet: "services" },
  { name: "Environment", filter: "environment", facet: "environments" },
];
const OPERATION_OPTIONS: FacetOption[] = OPERATION_NAMES.map((value) => ({ value }));

/** Status and errors are two filters of the API and one menu to people. */
const statusChoice = (search: TracesSearch): string[] => [
  ...(search.status ? [search.status] : []),
  ...(search.has_errors === "true" ? ["has_errors"] : []),
];

function statusPatch(search: TracesSearch, value: string): Partial<TracesSearch> {
  if (value === "has_errors") return { has_errors: search.has_errors === "true" ? undefined : "true" };
  return { status: search.status === value ? undefined : (value as "ok" | "error") };
}

export function FilterBar({
  search,
  patch,
  scope,
  searchField,
  onClear,
  notice,
}: {
  search: TracesSearch;
  patch: PatchSearch;
  scope: TraceListScope;
  searchField: RefObject<HTMLInputElement | null>;
  onClear: () => void;
  /** A state of the list worth a word, such as a lost connection. */
  notice: string | null;
}) {
  const facets = useQuery(traceFacetsQuery(scope)).data;
  const [open, setOpen] = useState(false);
  const used = activeFilters(search).filter((key) => key !== "q" && key !== "message").length;
  const statusOptions: FacetOption[] = [
    { value: "ok", label: "OK", count: facets && facets.total - facets.errors },
    { value: "error", label: "Error", count: facets?.errors },
    { value: "has_errors", label: "Any span failed" },
  ];
  return (
    <div className="space-y-2 border-b border-border px-4 py-2.5">
      <div className="flex flex-wrap items-center gap-2">
        <SearchField
          name="q"
          label="Search traces by span name or trace id"
          placeholder="Search name or trace id"
          value={search.q}
          patch={patch}
          field={searchField}
        />
        <SearchField
          name="message"
          label="Find words in messages"
          placeholder="Words in messages"
          value={search.message}
          patch={patch}
        />
        <Button
          size="sm"
          className="sm:hidden"
          icon={<ListFilter aria-hidden size={13} />}
          aria-expanded={open}
          aria-controls="trace-filters"
          onClick={() => setOpen(!open)}
        >
          Filters{used > 0 && ` · ${used}`}
        </Button>
        <div
          id="trace-filters"
          className={cx(
            "flex-wrap items-center gap-1.5 max-sm:order-last max-sm:w-full sm:flex",
            open ? "flex" : "hidden",
          )}
        >
          <FacetMenu
            name="Status"
            options={statusOptions}
            chosen={statusChoice(search)}
            onToggle={(value) => patch(statusPatch(search, value))}
            onClear={() => patch({ status: undefined, has_errors: undefined })}
          />
          {FACETS.map(({ name, filter, facet }) => (
            <FacetMenu
              key={filter}
              name={name}
              options={(facets?.[facet] as FacetOption[] | undefined) ?? []}
              chosen={search[filter]}
              onToggle={(value) => patch({ [filter]: toggled(search[filter], value) })}
              onClear={() => patch({ [filter]: undefined })}
            />
          ))}
          <FacetMenu
            name="Operation"
            options={OPERATION_OPTIONS}
            chosen={search.operation}
            onToggle={(value) => patch({ operation: toggled(search.operation, value) })}
            onClear={() => patch({ operation: undefined })}
          />
          <AmountMenu search={search} onChange={patch} />
          <WhereMenu
            scope={scope}
            onAdd={(condition) =>
              patch({ where: [...new Set([...(search.where ?? []), condition])].slice(0, 20) })
            }
          />
        </div>
        <span role="status" className="ml-auto text-xs text-warning empty:absolute">
          {notice}
        </span>
      </div>
      <FilterChips search={search} patch={patch} onClear={onClear} />
    </div>
  );
}

/** A search text: typed at once, searched when typing rests or on Enter. */
function SearchField({
  name,
  label,
  placeholder,
  value,
  patch,
  field,
}: {
  name: "q" | "message";
  label: string;
  placeholder: string;
  value: string | undefined;
  patch: PatchSearch;
  field?: RefObject<HTMLInputElement | null>;
}) {
  const [typed, setTyped] = useState(value ?? "");
  useEffect(() => setTyped(value ?? ""), [value]);
  useEffect(() => {
    const wanted = typed.trim() || undefined;
    if (wanted === value) return;
    const timer = setTimeout(() => patch({ [name]: wanted }, { replace: value !== undefined }), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed, value, patch, name]);
  return (
    <Input
      ref={field}
      type="search"
      size="sm"
      aria-label={label}
      placeholder={placeholder}
      autoComplete="off"
      spellCheck={false}
      maxLength={200}
      className={name === "q" ? "w-full max-sm:flex-1 sm:w-56" : "max-sm:order-last max-sm:w-full sm:w-44"}
      leading={name === "q" ? <Search aria-hidden size={13} /> : <MessageSquareText aria-hidden size={13} />}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        if (typed) setTyped("");
        else event.currentTarget.blur();
      }}
    />
  );
}

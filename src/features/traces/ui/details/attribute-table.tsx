import { Link } from "@tanstack/react-router";
import { ListFilter, Search } from "lucide-react";
import { Fragment, useMemo, useState } from "react";
import { tryParseJson, valueText } from "#web/ui/chat/json-text.ts";
import { JsonView } from "#web/ui/chat/json-view.tsx";
import { CopyButton } from "#web/ui/copy-button.tsx";
import { Input } from "#web/ui/input.tsx";
import { attributeSearch } from "../model/traces-search.ts";

const SEARCH_FROM = 8;
const MAX_ROWS = 300;
const FOLD_CHARS = 600;

/** Rows whose key or value holds the text, by key. */
export function attributeRows(attributes: Record<string, unknown>, find: string): [string, unknown][] {
  const wanted = find.trim().toLowerCase();
  return Object.entries(attributes)
    .filter(
      ([key, value]) => key.toLowerCase().includes(wanted) || valueText(value).toLowerCase().includes(wanted),
    )
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Attributes as a searchable table. With `project`, each value leads to the traces that share it. */
export function AttributeTable({
  label,
  attributes,
  project,
}: {
  label: string;
  attributes: Record<string, unknown>;
  project?: string;
}) {
  const [find, setFind] = useState("");
  const [all, setAll] = useState(false);
  const count = Object.keys(attributes).length;
  const rows = useMemo(() => attributeRows(attributes, find), [attributes, find]);
  if (count === 0) return <p className="p-8 text-center text-text-muted">There are none.</p>;
  const shown = all ? rows : rows.slice(0, MAX_ROWS);
  return (
    <div>
      {count >= SEARCH_FROM && (
        <div className="p-3 pb-1.5">
          <Input
            type="search"
            size="sm"
            aria-label={`Find in ${label.toLowerCase()}`}
            placeholder={`Find in ${count} attributes`}
            autoComplete="off"
            leading={<Search aria-hidden size={13} />}
            value={find}
            onChange={(event) => setFind(event.target.value)}
          />
        </div>
      )}
      <table className="w-full table-fixed text-xs">
        <caption className="sr-only">{label}</caption>
        <thead className="sr-only">
          <tr>
            <th>Key</th>
            <th>Value</th>
            <th>Actions</th>
          </tr>
        </thead>
        <tbody>
          {shown.map(([key, value]) => (
            <tr key={key} className="group border-b border-border last:border-0 hover:bg-surface-hover">
              <th
                scope="row"
                className="w-2/5 py-1.5 pr-2 pl-4 text-left align-top font-mono font-normal break-words text-text-muted"
              >
                <Key name={key} />
              </th>
              <td className="py-1.5 align-top font-mono break-words">
                <Value value={value} />
              </td>
              <td className="w-16 py-0.5 pr-2 text-right align-top whitespace-nowrap opacity-40 group-focus-within:opacity-100 group-hover:opacity-100">
                {project && isFilterable(value) && (
                  <Link
                    to="/p/$project/traces"
                    params={{ project }}
                    search={attributeSearch(key, valueText(value))}
                    preload={false}
                    title="Traces with this value"
                    aria-label={`Filter traces by ${key}`}
                    className="inline-flex size-7 items-center justify-center rounded-md align-top text-text-muted hover:bg-surface-active hover:text-text"
                  >
                    <ListFilter aria-hidden size={13} />
                  </Link>
                )}
                <CopyButton text={valueText(value)} label={`Copy ${key}`} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length === 0 && <p className="p-6 text-center text-text-muted">Nothing matches.</p>}
      {rows.length > shown.length && (
        <button
          type="button"
          onClick={() => setAll(true)}
          className="block h-8 w-full text-xs text-accent hover:underline"
        >
          Show all {rows.length.toLocaleString("en-US")}
        </button>
      )}
    </div>
  );
}

/** A key that may break after its dots and underscores. */
function Key({ name }: { name: string }) {
  return name.split(/(?<=[._])/).map((piece, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: pieces of a name have no identity but their place
    <Fragment key={at}>
      {piece}
      <wbr />
    </Fragment>
  ));
}

/** Filters compare whole values of up to 500 characters. */
const isFilterable = (value: unknown) => typeof value !== "object" && valueText(value).length <= 300;

function Value({ value }: { value: unknown }) {
  const [whole, setWhole] = useState(false);
  const parsed =
    typeof value === "string" ? tryParseJson(value) : typeof value === "object" ? value : undefined;
  if (parsed !== undefined && parsed !== null) {
    return (
      <details>
        <summary className="truncate">{valueText(value).slice(0, 120)}</summary>
        <JsonView value={parsed} className="pt-1" />
      </details>
    );
  }
  const text = valueText(value);
  if (text === "") return <span className="text-text-faint">empty</span>;
  if (whole || text.length <= FOLD_CHARS) return <span className="whitespace-pre-wrap">{text}</span>;
  return (
    <span className="whitespace-pre-wrap">
      {text.slice(0, FOLD_CHARS)}…{" "}
      <button type="button" onClick={() => setWhole(true)} className="text-accent hover:underline">
        show all
      </button>
    </span>
  );
}

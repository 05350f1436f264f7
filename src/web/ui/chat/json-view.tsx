import { ChevronDown, ChevronRight } from "lucide-react";
import { useState } from "react";
import { cx } from "#web/lib/cx.ts";

const OPEN_DEPTH = 2;
const MAX_CHILDREN = 100;
const MAX_TEXT = 2_000;

function Scalar({ value }: { value: unknown }) {
  const [whole, setWhole] = useState(false);
  if (typeof value !== "string") {
    return <span className={value === null ? "text-text-faint" : "text-series-1"}>{String(value)}</span>;
  }
  const cut = !whole && value.length > MAX_TEXT;
  return (
    <span className="break-words whitespace-pre-wrap text-success">
      "{cut ? value.slice(0, MAX_TEXT) : value}"
      {cut && (
        <button type="button" onClick={() => setWhole(true)} className="ml-1 text-accent hover:underline">
          … {(value.length - MAX_TEXT).toLocaleString("en-US")} more characters
        </button>
      )}
    </span>
  );
}

function Node({ name, value, depth }: { name?: string; value: unknown; depth: number }) {
  const [open, setOpen] = useState(depth < OPEN_DEPTH);
  const [limit, setLimit] = useState(MAX_CHILDREN);
  const key = name !== undefined && <span className="text-text-muted">{name}: </span>;
  if (value === null || typeof value !== "object") {
    return (
      <div className="pl-4">
        {key}
        <Scalar value={value} />
      </div>
    );
  }
  const entries = Object.entries(value);
  const array = Array.isArray(value);
  const summary = array ? `[${entries.length}]` : `{${entries.length}}`;
  return (
    <div>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="inline-flex min-h-5 items-center text-left hover:bg-surface-hover"
      >
        {open ? <ChevronDown aria-hidden size={12} /> : <ChevronRight aria-hidden size={12} />}
        <span className="pl-1">
          {key}
          <span className="text-text-faint">{summary}</span>
        </span>
      </button>
      {open && (
        <div className="ml-1.5 border-l border-border pl-2">
          {entries.slice(0, limit).map(([child, inner]) => (
            <Node key={child} name={child} value={inner} depth={depth + 1} />
          ))}
          {entries.length > limit && (
            <button
              type="button"
              onClick={() => setLimit(limit * 10)}
              className="pl-4 text-accent hover:underline"
            >
              {(entries.length - limit).toLocaleString("en-US")} more
            </button>
          )}
        </div>
      )}
    </div>
  );
}

/** A value as a tree that opens level by level, so that a huge one costs only what is looked at. */
export function JsonView({ value, className }: { value: unknown; className?: string }) {
  return (
    <div className={cx("min-w-0 font-mono text-xs leading-5 break-words", className)}>
      <Node value={value} depth={0} />
    </div>
  );
}

import type { ReactNode } from "react";

/** One column of a `DataGrid`. */
export interface Column<Row> {
  id: string;
  header: ReactNode;
  /** Draws a cell; kept outside of components, so that rows stay memoised. */
  cell: (row: Row) => ReactNode;
  /** A CSS grid track: `120px`, `minmax(160px, 2fr)`. */
  track: string;
  /** The narrowest table, in px, in which the column still shows; always unless told. */
  fromWidth?: number;
  align?: "start" | "end";
}

/** The columns that a table of this width has room for. */
export function columnsFor<Row>(columns: readonly Column<Row>[], width: number): Column<Row>[] {
  return columns.filter((column) => width >= (column.fromWidth ?? 0));
}

/** Where a key moves the active row: j/k and arrows by one, Page keys by ten, Home and End; null otherwise. */
export function rowAfterKey(key: string, active: number, count: number): number | null {
  if (count === 0) return null;
  const move: Record<string, number> = {
    j: active + 1,
    ArrowDown: active + 1,
    k: active - 1,
    ArrowUp: active - 1,
    PageDown: active + 10,
    PageUp: active - 10,
    Home: 0,
    End: count - 1,
  };
  const wanted = Object.hasOwn(move, key) ? move[key]! : null;
  if (wanted === null) return null;
  // Without an active row every key starts at the top.
  return active < 0 && key !== "End" ? 0 : Math.max(0, Math.min(count - 1, wanted));
}

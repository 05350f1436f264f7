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
  /** Shows only where someone chose it. */
  optional?: boolean;
  align?: "start" | "end";
}

/** The columns that a table of this width has room for. */
export function columnsFor<Row>(columns: readonly Column<Row>[], width: number): Column<Row>[] {
  return columns.filter((column) => !column.optional && width >= (column.fromWidth ?? 0));
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

/** Width in px below which columns would have to shrink under their smallest: fixed ones, and the minimum of others. */
export function smallestWidth<Row>(columns: readonly Column<Row>[]): number {
  const smallest = columns.map(({ track }) => Number(/(\d+(?:\.\d+)?)px/.exec(track)?.[1] ?? 80));
  return smallest.reduce((sum, width) => sum + width, 56);
}

/** Which columns a table shows, in order, and the widths given to some by hand, px. */
export interface ColumnChoice {
  order: string[];
  widths: Record<string, number>;
}

export const MIN_COLUMN_PX = 56;
const MAX_COLUMN_PX = 1200;

/** Reads `time,name:320,cost`; null for nothing readable. */
export function parseColumnChoice(text: string | undefined): ColumnChoice | null {
  const choice: ColumnChoice = { order: [], widths: {} };
  for (const item of text?.split(",") ?? []) {
    const [, id, width] = /^([a-z_][\w.-]{0,60})(?::(\d{1,4}))?$/i.exec(item) ?? [];
    if (id === undefined || choice.order.includes(id)) continue;
    choice.order.push(id);
    if (width !== undefined) choice.widths[id] = clampWidth(Number(width));
  }
  return choice.order.length > 0 ? choice : null;
}

/** Writes a choice so that `parseColumnChoice` reads it. */
export function writeColumnChoice({ order, widths }: ColumnChoice): string {
  return order.map((id) => (widths[id] === undefined ? id : `${id}:${widths[id]}`)).join(",");
}

export const clampWidth = (width: number): number =>
  Math.round(Math.min(MAX_COLUMN_PX, Math.max(MIN_COLUMN_PX, width)));

/** What a table shows as long as nobody chose, to change it from there. */
export function defaultChoice<Row>(columns: readonly Column<Row>[]): ColumnChoice {
  return { order: columns.filter((column) => !column.optional).map((column) => column.id), widths: {} };
}

/** The columns of a choice in its order and widths; ids that no column has are passed over. */
export function chosenColumns<Row>(
  columns: readonly Column<Row>[],
  choice: ColumnChoice | null,
): Column<Row>[] {
  if (!choice) return columns.filter((column) => !column.optional);
  const byId = new Map(columns.map((column) => [column.id, column]));
  return choice.order.flatMap((id) => {
    const column = byId.get(id);
    const width = choice.widths[id];
    return column ? [width === undefined ? column : { ...column, track: `${width}px` }] : [];
  });
}

/** A choice with a column shown or hidden; the last one stays. */
export function toggleColumn(choice: ColumnChoice, id: string): ColumnChoice {
  if (!choice.order.includes(id)) return { ...choice, order: [...choice.order, id] };
  if (choice.order.length === 1) return choice;
  return { ...choice, order: choice.order.filter((one) => one !== id) };
}

/** A choice with a column moved by so many places. */
export function moveColumn(choice: ColumnChoice, id: string, by: number): ColumnChoice {
  const from = choice.order.indexOf(id);
  const to = Math.min(choice.order.length - 1, Math.max(0, from + by));
  if (from < 0 || from === to) return choice;
  const order = choice.order.filter((one) => one !== id);
  order.splice(to, 0, id);
  return { ...choice, order };
}

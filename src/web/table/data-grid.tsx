import { useVirtualizer } from "@tanstack/react-virtual";
import {
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useId,
  useMemo,
} from "react";
import { cx } from "../lib/cx.ts";
import { Checkbox } from "../ui/checkbox.tsx";
import { type Column, columnsFor, smallestWidth } from "./columns.ts";
import { GridRow } from "./grid-row.tsx";
import { ResizeHandle } from "./resize-handle.tsx";
import { useElementWidth } from "./use-element-width.ts";

const ROW_PX = { comfortable: 40, compact: 30 };
const CARD_PX = 64;
const HEADER_PX = 34;
/** Narrower than this, rows become cards of two lines. */
const CARDS_BELOW_PX = 640;

export type Density = keyof typeof ROW_PX;

export interface DataGridProps<Row> {
  label: string;
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  card: (row: Row) => ReactNode;
  rowId: (row: Row) => string;
  rowLabel: (row: Row) => string;
  /** Id of the row the keyboard stands on. */
  active?: string;
  selected: ReadonlySet<string>;
  /** False where nothing can be done with several rows: no checkboxes then. */
  selectable?: boolean;
  density?: Density;
  /** The user chose the columns: all of them show, and the grid scrolls sideways where they do not fit. */
  chosenColumns?: boolean;
  /** Given: columns can be made wider and narrower. */
  onResize?: (columnId: string, width: number) => void;
  /** Rows that have just arrived; shown with a tint for as long as they are in here. */
  fresh?: ReadonlySet<string>;
  /** How many rows there are in all; -1 while unknown. */
  total: number;
  scroller: RefObject<HTMLDivElement | null>;
  /** The element that takes the focus, for pages that move the active row by hotkey. */
  grid: RefObject<HTMLDivElement | null>;
  onOpen: (id: string, event?: MouseEvent) => void;
  /** A key of `rowAfterKey`, pressed while the grid has the focus. */
  onMove: (key: string) => void;
  /** Escape, pressed while the grid has the focus. */
  onEscape: () => void;
  onToggle: (id: string) => void;
  onToggleAll: () => void;
  /** The last loaded row comes into view. */
  onEnd?: () => void;
  onScroll?: (top: number) => void;
  /** Below the last row: a button or a spinner. */
  footer?: ReactNode;
}

/**
 * A virtual table with a sticky header after the ARIA grid pattern. It draws rows and reports clicks;
 * keys, selection and paging belong to the page.
 */
export function DataGrid<Row>(props: DataGridProps<Row>) {
  const { rows, columns, rowId, rowLabel, scroller, grid, active, selected, onEnd } = props;
  const { selectable = true, density = "comfortable", chosenColumns = false, onResize } = props;
  const base = useId();
  const width = useElementWidth(scroller);
  const asCards = width > 0 && width < CARDS_BELOW_PX;
  const height = asCards ? CARD_PX : ROW_PX[density];
  const shown = useMemo(
    () => (chosenColumns ? [...columns] : columnsFor(columns, width)),
    [columns, width, chosenColumns],
  );
  const first = selectable ? "40px" : "8px";
  const template = asCards
    ? `${first} minmax(0, 1fr)`
    : `${first} ${shown.map((column) => column.track).join(" ")}`;
  const minWidth = chosenColumns && !asCards ? smallestWidth(shown) : undefined;

  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 10,
    useFlushSync: false,
    getItemKey: (index) => rowId(rows[index]!),
    scrollPaddingStart: HEADER_PX,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: sizes are read again when the height changes
  useEffect(() => virtual.measure(), [height]);

  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? -1;
  useEffect(() => {
    if (last >= 0 && last >= rows.length - 1) onEnd?.();
  }, [last, rows.length, onEnd]);

  const activeIndex = useMemo(
    () => (active === undefined ? -1 : rows.findIndex((row) => rowId(row) === active)),
    [rows, active, rowId],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a change of the active row scrolls, not one of its place
  useEffect(() => {
    if (activeIndex >= 0) virtual.scrollToIndex(activeIndex, { align: "auto" });
  }, [active]);

  const onClick = (event: MouseEvent<HTMLDivElement>) => {
    const target = event.target as HTMLElement;
    const id = target.closest<HTMLElement>("[data-row]")?.dataset.row;
    if (id === undefined) return;
    if (target.closest("label, input")) {
      // The label's click is followed by one of its checkbox: count one of the two.
      if (target.matches("input")) props.onToggle(id);
      return;
    }
    if (!target.closest("a, button")) props.onOpen(id, event);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== grid.current || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" && active !== undefined) props.onOpen(active);
    else if (event.key === " " && active !== undefined && selectable) props.onToggle(active);
    else if (event.key === "Escape") props.onEscape();
    else if (/^(Arrow(Up|Down)|Page(Up|Down)|Home|End)$/.test(event.key)) props.onMove(event.key);
    else return;
    event.preventDefault();
  };
  const all = rows.length > 0 && rows.every((row) => selected.has(rowId(row)));

  return (
    <div
      ref={scroller}
      className={cx(
        "min-h-0 flex-1 overflow-y-auto [overflow-anchor:none]",
        minWidth === undefined ? "overflow-x-hidden" : "overflow-x-auto",
      )}
      onScroll={(event) => props.onScroll?.(event.currentTarget.scrollTop)}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: absolutely placed rows of a virtual list cannot be in a table */}
      <div
        ref={grid}
        role="grid"
        tabIndex={0}
        aria-label={props.label}
        aria-rowcount={props.total < 0 ? -1 : props.total + 1}
        aria-multiselectable={selectable}
        aria-activedescendant={activeIndex >= 0 ? `${base}${active}` : undefined}
        data-grid
        onClick={onClick}
        onKeyDown={onKeyDown}
        // The active row shows the focus; without one the grid itself does.
        className={cx("group/grid", activeIndex >= 0 ? "outline-none" : "-outline-offset-2!")}
        style={{ minWidth }}
      >
        {/* biome-ignore lint/a11y/useSemanticElements: see the grid */}
        {/* biome-ignore lint/a11y/useFocusableInteractive: the checkbox inside takes the focus */}
        <div
          role="row"
          aria-rowindex={1}
          style={{ gridTemplateColumns: template, height: HEADER_PX }}
          className="sticky top-0 z-10 grid items-center border-b border-border bg-bg pr-4 text-xs text-text-muted"
        >
          {/* biome-ignore lint/a11y/useSemanticElements: see the grid */}
          {/* biome-ignore lint/a11y/useFocusableInteractive: the checkbox inside takes the focus */}
          <div role="columnheader" className="flex justify-center">
            {selectable && (
              <Checkbox
                checked={all}
                indeterminate={!all && selected.size > 0}
                onChange={props.onToggleAll}
                hideLabel
                label="Select all loaded"
                className="justify-center"
              />
            )}
          </div>
          {(asCards ? [{ id: "card", header: props.label, align: undefined }] : shown).map((column) => (
            // biome-ignore lint/a11y/useSemanticElements: see the grid
            // biome-ignore lint/a11y/useFocusableInteractive: headers do nothing yet
            <div
              key={column.id}
              role="columnheader"
              data-column={column.id}
              className={cx("relative min-w-0 px-2 font-medium", column.align === "end" && "text-right")}
            >
              <div className="truncate">{column.header}</div>
              {onResize && !asCards && (
                <ResizeHandle
                  name={typeof column.header === "string" ? column.header : column.id}
                  onResize={(width) => onResize(column.id, width)}
                />
              )}
            </div>
          ))}
        </div>
        {/* biome-ignore lint/a11y/useSemanticElements: see the grid */}
        <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => {
            const row = rows[item.index]!;
            const id = rowId(row);
            return (
              <GridRow
                key={id}
                id={id}
                domId={`${base}${id}`}
                label={rowLabel(row)}
                row={row}
                columns={shown}
                card={asCards ? props.card : null}
                template={template}
                top={item.start}
                height={height}
                ariaIndex={item.index + 2}
                active={item.index === activeIndex}
                selected={selected.has(id)}
                selectable={selectable}
                fresh={props.fresh?.has(id) ?? false}
              />
            );
          })}
        </div>
      </div>
      {props.footer}
    </div>
  );
}

import { memo, type ReactNode } from "react";
import { cx } from "../lib/cx.ts";
import { Checkbox } from "../ui/checkbox.tsx";
import type { Column } from "./columns.ts";

interface GridRowProps<Row> {
  row: Row;
  /** Also the row's key in `data-row`, by which the grid knows which one was clicked. */
  id: string;
  domId: string;
  label: string;
  columns: readonly Column<Row>[];
  /** Draws the row as a card instead of cells. */
  card: ((row: Row) => ReactNode) | null;
  template: string;
  top: number;
  height: number;
  ariaIndex: number;
  active: boolean;
  selected: boolean;
  selectable: boolean;
  fresh: boolean;
}

/** One row. Takes no handlers, so it is drawn again only when what it shows has changed. */
function GridRowInner<Row>(props: GridRowProps<Row>) {
  const { row, columns, card } = props;
  return (
    // biome-ignore lint/a11y/useSemanticElements: absolutely placed rows of a virtual list cannot be table rows
    // biome-ignore lint/a11y/useFocusableInteractive: the grid holds the focus and names the row by aria-activedescendant
    <div
      role="row"
      id={props.domId}
      data-row={props.id}
      aria-rowindex={props.ariaIndex}
      aria-selected={props.selected}
      style={{
        transform: `translateY(${props.top}px)`,
        height: props.height,
        gridTemplateColumns: props.template,
      }}
      className={cx(
        "group absolute inset-x-0 top-0 grid cursor-pointer items-center border-b border-border pr-4",
        "transition-colors duration-1000 hover:bg-surface-hover hover:duration-0",
        props.selected && "bg-accent-soft",
        props.fresh && "bg-success-soft motion-reduce:bg-transparent",
        props.active && "shadow-[inset_3px_0_0_var(--color-accent)]",
        props.active && "group-focus-visible/grid:shadow-[inset_0_0_0_2px_var(--color-accent)]",
        props.active && !props.selected && "bg-surface-hover",
      )}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: see the row */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: the checkbox inside takes the focus */}
      <div role="gridcell" className="flex h-full items-center justify-center">
        {props.selectable && (
          <Checkbox
            data-select={props.id}
            checked={props.selected}
            readOnly
            tabIndex={-1}
            hideLabel
            label={`Select ${props.label}`}
            className="justify-center"
          />
        )}
      </div>
      {card ? (
        // biome-ignore lint/a11y/useSemanticElements: see the row
        // biome-ignore lint/a11y/useFocusableInteractive: see the row
        <div role="gridcell" className="min-w-0">
          {card(row)}
        </div>
      ) : (
        columns.map((column) => (
          // biome-ignore lint/a11y/useSemanticElements: see the row
          // biome-ignore lint/a11y/useFocusableInteractive: see the row
          <div
            key={column.id}
            role="gridcell"
            className={cx("min-w-0 truncate px-2", column.align === "end" && "text-right")}
          >
            {column.cell(row)}
          </div>
        ))
      )}
    </div>
  );
}

export const GridRow = memo(GridRowInner) as typeof GridRowInner;

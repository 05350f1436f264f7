import { ArrowDown, ArrowUp, Columns3 } from "lucide-react";
import { Button } from "../ui/button.tsx";
import { Checkbox } from "../ui/checkbox.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { Popover } from "../ui/popover.tsx";
import { type Column, type ColumnChoice, defaultChoice, moveColumn, toggleColumn } from "./columns.ts";
import type { Density } from "./data-grid.tsx";

const nameOf = <Row,>({ header, id }: Column<Row>) => (typeof header === "string" ? header : id);

/** Which columns a table shows, in which order, and how close its rows stand. */
export function ColumnsMenu<Row>({
  columns,
  choice,
  density,
  onChange,
  onDensity,
}: {
  columns: readonly Column<Row>[];
  /** Null: the table chooses by its width. */
  choice: ColumnChoice | null;
  density: Density;
  /** Null goes back to the table's own choice. */
  onChange: (choice: ColumnChoice | null) => void;
  onDensity: (density: Density) => void;
}) {
  const now = choice ?? defaultChoice(columns);
  const shown = now.order.flatMap((id) => columns.find((column) => column.id === id) ?? []);
  const hidden = columns.filter((column) => !now.order.includes(column.id));
  return (
    <Popover
      label="Columns"
      align="end"
      className="w-72 p-2"
      trigger={(props) => (
        <Button {...props} size="sm" icon={<Columns3 aria-hidden size={13} />}>
          Columns
        </Button>
      )}
    >
      <ul aria-label="Columns">
        {[...shown, ...hidden].map((column) => {
          const at = now.order.indexOf(column.id);
          const name = nameOf(column);
          return (
            <li key={column.id} className="flex items-center rounded-md px-1 hover:bg-surface-hover">
              <Checkbox
                className="min-w-0 flex-1"
                label={name}
                checked={at >= 0}
                onChange={() => onChange(toggleColumn(now, column.id))}
              />
              {at >= 0 && (
                <>
                  <IconButton
                    size="sm"
                    variant="ghost"
                    tooltip={false}
                    label={`Move ${name} to the left`}
                    disabled={at === 0}
                    icon={<ArrowUp aria-hidden size={13} />}
                    onClick={() => onChange(moveColumn(now, column.id, -1))}
                  />
                  <IconButton
                    size="sm"
                    variant="ghost"
                    tooltip={false}
                    label={`Move ${name} to the right`}
                    disabled={at === now.order.length - 1}
                    icon={<ArrowDown aria-hidden size={13} />}
                    onClick={() => onChange(moveColumn(now, column.id, 1))}
                  />
                </>
              )}
            </li>
          );
        })}
      </ul>
      <div className="mt-1 flex items-center justify-between gap-2 border-t border-border px-1 pt-2">
        <Checkbox
          label="Compact rows"
          checked={density === "compact"}
          onChange={(event) => onDensity(event.target.checked ? "compact" : "comfortable")}
        />
        <Button size="sm" variant="ghost" disabled={choice === null} onClick={() => onChange(null)}>
          Reset
        </Button>
      </div>
    </Popover>
  );
}

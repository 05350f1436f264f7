import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useId, useState } from "react";
import { Button } from "#web/ui/button.tsx";
import { Input } from "#web/ui/input.tsx";
import { Popover } from "#web/ui/popover.tsx";
import { Select } from "#web/ui/select.tsx";
import { attributeKeysQuery, type SpanScope } from "../explorer-api.ts";
import { WHERE_OPERATORS, type WhereOperator, writeWhere } from "../model/where-filter.ts";

/** Columns worth a condition, beside whatever attributes spans carry. */
const COLUMNS = [
  "duration_ms",
  "cost_usd",
  "tokens",
  "time_to_first_token_ms",
  "name",
  "agent",
  "model",
  "tool",
  "error_type",
  "status_message",
  "finish_reason",
  "user_id",
  "session_id",
];

/** Adds a condition on any attribute or column: `key=value` typed at once, or name, operator and value. */
export function WhereMenu({ scope, onAdd }: { scope: SpanScope; onAdd: (condition: string) => void }) {
  const list = useId();
  const [name, setName] = useState("");
  const [op, setOp] = useState<WhereOperator>("=");
  const [value, setValue] = useState("");
  const [open, setOpen] = useState(false);
  const keys = useQuery({ ...attributeKeysQuery(scope), enabled: open });
  // Typing `tenant.id=acme` into the name is the fast way.
  const typed = /^([^=<>!~]+)(!=|>=|<=|=|>|<|~)(.*)$/s.exec(name);
  const condition = typed
    ? writeWhere({ name: typed[1]!, op: typed[2] as WhereOperator, value: typed[3]! || value })
    : writeWhere({ name, op: value === "" && op === "=" ? "?" : op, value });
  return (
    <Popover
      label="Filter by attribute"
      className="w-80 p-3"
      open={open}
      onOpenChange={(next) => {
        setOpen(next);
        if (!next) return;
        setName("");
        setOp("=");
        setValue("");
      }}
      trigger={(props) => (
        <Button {...props} size="sm" icon={<Plus aria-hidden size={13} />}>
          Attribute
        </Button>
      )}
    >
      {(close) => (
        <form
          className="space-y-3"
          onSubmit={(event) => {
            event.preventDefault();
            if (condition === null) return;
            onAdd(condition);
            close();
          }}
        >
          <Input
            data-autofocus
            label="Attribute"
            hint="One and the same span must meet all conditions. A name alone asks that it is set."
            placeholder="tenant.id=acme"
            list={list}
            autoComplete="off"
            spellCheck={false}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
          <datalist id={list}>
            {COLUMNS.map((key) => (
              <option key={key} value={key} />
            ))}
            {keys.data?.data.map(({ key, type }) => (
              <option key={`${type} ${key}`} value={COLUMNS.includes(key) ? `attribute:${key}` : key} />
            ))}
          </datalist>
          {!typed && (
            <div className="flex items-end gap-2">
              <Select
                size="sm"
                label="Operator"
                className="w-28"
                value={op}
                onChange={(event) => setOp(event.target.value as WhereOperator)}
              >
                {WHERE_OPERATORS.map((one) => (
                  <option key={one.op} value={one.op}>
                    {one.label}
                  </option>
                ))}
              </Select>
              {op !== "?" && (
                <Input
                  size="sm"
                  label="Value"
                  className="flex-1"
                  autoComplete="off"
                  spellCheck={false}
                  value={value}
                  onChange={(event) => setValue(event.target.value)}
                />
              )}
            </div>
          )}
          <Button type="submit" variant="primary" size="sm" disabled={condition === null}>
            Add filter
          </Button>
        </form>
      )}
    </Popover>
  );
}

import { Plus } from "lucide-react";
import { useState } from "react";
import { Button } from "#web/ui/button.tsx";
import { Input } from "#web/ui/input.tsx";
import { Popover } from "#web/ui/popover.tsx";
import { parseAttributeFilter } from "../model/traces-search.ts";

/** Adds a filter on any attribute: `key=value`, or `key` for its presence. */
export function AttributeMenu({ onAdd }: { onAdd: (filter: string) => void }) {
  const [typed, setTyped] = useState("");
  const filter = parseAttributeFilter(typed);
  return (
    <Popover
      label="Filter by attribute"
      className="w-80 p-3"
      onOpenChange={(open) => open && setTyped("")}
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
            if (filter === null) return;
            onAdd(filter);
            close();
          }}
        >
          <Input
            data-autofocus
            label="Attribute"
            hint="Traces where one span has it. A key alone asks that it is present."
            placeholder="tenant.id=acme"
            autoComplete="off"
            spellCheck={false}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
          <Button type="submit" variant="primary" size="sm" disabled={filter === null}>
            Add filter
          </Button>
        </form>
      )}
    </Popover>
  );
}

import { ChevronDown } from "lucide-react";
import { useState } from "react";
import { Button } from "#web/ui/button.tsx";
import { Input } from "#web/ui/input.tsx";
import { Popover } from "#web/ui/popover.tsx";
import type { TracesSearch } from "../model/traces-search.ts";

type Amounts = Pick<TracesSearch, "min_duration_ms" | "max_duration_ms" | "min_tokens">;

const FIELDS = [
  { key: "min_duration_ms", label: "At least, in ms" },
  { key: "max_duration_ms", label: "At most, in ms" },
  { key: "min_tokens", label: "Tokens, at least" },
] as const;
const SLOW = [
  { label: "> 1 s", ms: 1_000 },
  { label: "> 5 s", ms: 5_000 },
  { label: "> 30 s", ms: 30_000 },
];

/** Filters by size: how long a trace took and how many tokens it used. */
export function AmountMenu({
  search,
  onChange,
}: {
  search: Amounts;
  onChange: (amounts: Partial<Amounts>) => void;
}) {
  const [typed, setTyped] = useState<Record<string, string>>({});
  const used = FIELDS.filter((field) => search[field.key] !== undefined).length;
  const read = (text: string | undefined) => {
    const value = Number(text);
    return text?.trim() && Number.isFinite(value) && value >= 0 ? value : undefined;
  };
  return (
    <Popover
      label="Filter by duration and tokens"
      className="w-64 p-3"
      onOpenChange={(open) =>
        open && setTyped(Object.fromEntries(FIELDS.map(({ key }) => [key, String(search[key] ?? "")])))
      }
      trigger={(props) => (
        <Button {...props} size="sm" className={used > 0 ? "border-accent! text-accent!" : ""}>
          Duration
          {used > 0 && <span className="tabular-nums">· {used}</span>}
          <ChevronDown aria-hidden size={13} className="-mr-0.5 opacity-70" />
        </Button>
      )}
    >
      {(close) => (
        <form
          className="space-y-3"
          onSubmit={(event) => {
            event.preventDefault();
            const amounts = Object.fromEntries(FIELDS.map(({ key }) => [key, read(typed[key])]));
            if (amounts.min_tokens !== undefined) amounts.min_tokens = Math.round(amounts.min_tokens);
            onChange(amounts);
            close();
          }}
        >
          <div className="flex gap-1.5">
            {SLOW.map(({ label, ms }) => (
              <Button
                key={ms}
                size="sm"
                className="flex-1"
                onClick={() => {
                  onChange({ min_duration_ms: ms });
                  close();
                }}
              >
                {label}
              </Button>
            ))}
          </div>
          {FIELDS.map(({ key, label }) => (
            <Input
              key={key}
              size="sm"
              label={label}
              inputMode="decimal"
              autoComplete="off"
              value={typed[key] ?? ""}
              onChange={(event) => setTyped({ ...typed, [key]: event.target.value })}
            />
          ))}
          <Button type="submit" variant="primary" size="sm">
            Apply
          </Button>
        </form>
      )}
    </Popover>
  );
}

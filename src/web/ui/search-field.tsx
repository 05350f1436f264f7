import { Search } from "lucide-react";
import { type RefObject, useEffect, useState } from "react";
import { Input } from "./input.tsx";

const TYPING_MS = 250;

/** A search of a list whose text stands in the URL: it is applied once typing pauses. */
export function SearchField({
  label,
  value,
  field,
  onChange,
}: {
  label: string;
  value: string | undefined;
  /** For the hotkey that leads to it. */
  field?: RefObject<HTMLInputElement | null>;
  onChange: (q: string | undefined) => void;
}) {
  const [typed, setTyped] = useState(value ?? "");
  useEffect(() => setTyped(value ?? ""), [value]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what is typed starts the clock
  useEffect(() => {
    const wanted = typed.trim() || undefined;
    if (wanted === value) return;
    const timer = setTimeout(() => onChange(wanted), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed, value]);
  return (
    <Input
      ref={field}
      type="search"
      size="sm"
      aria-label={label}
      placeholder={label}
      autoComplete="off"
      spellCheck={false}
      maxLength={200}
      className="max-sm:basis-full sm:w-56"
      leading={<Search aria-hidden size={13} />}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
    />
  );
}

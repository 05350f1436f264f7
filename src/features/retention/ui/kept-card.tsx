import type { Retention } from "#features/retention/retention-contract.ts";
import { formatBytes, formatNumber } from "#web/lib/format.ts";
import { Card } from "#web/ui/card.tsx";
import { Input } from "#web/ui/input.tsx";
import { RelativeTime } from "#web/ui/relative-time.tsx";
import { type DaysDraft, SIGNAL_LABELS } from "./retention-model.ts";

/** Each signal with what is stored of it and a field for its days. */
export function KeptCard({
  retention,
  draft,
  invalid,
  onChange,
}: {
  retention: Retention;
  draft: DaysDraft;
  invalid: readonly string[];
  onChange: (draft: DaysDraft) => void;
}) {
  return (
    <Card title="What is kept, and how long" description="Counted from when it arrived." padded={false}>
      <section
        aria-label="Retention by signal"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways when narrow, so the keyboard must reach it
        tabIndex={0}
        className="overflow-x-auto"
      >
        <table className="w-full min-w-[40rem] text-left">
          <thead>
            <tr className="border-b border-border text-xs text-text-muted [&>th]:h-9 [&>th]:px-4 [&>th]:font-medium">
              <th scope="col">Signal</th>
              <th scope="col" className="text-right">
                Stored
              </th>
              <th scope="col" className="text-right">
                On disk
              </th>
              <th scope="col" className="text-right">
                Per day
              </th>
              <th scope="col">Oldest</th>
              <th scope="col">Days</th>
            </tr>
          </thead>
          <tbody>
            {retention.signals.map(({ signal, days, rows, bytes, oldest, rows_per_day }) => (
              <tr key={signal} className="border-b border-border last:border-b-0 [&>*]:px-4 [&>*]:py-2">
                <th scope="row" className="font-normal">
                  <span className="block font-medium">{SIGNAL_LABELS[signal].name}</span>
                  <span className="block text-text-muted">{SIGNAL_LABELS[signal].holds}</span>
                </th>
                <td className="text-right tabular-nums">{formatNumber(rows)}</td>
                <td className="text-right tabular-nums">{formatBytes(bytes)}</td>
                <td className="text-right tabular-nums">{formatNumber(rows_per_day)}</td>
                <td className="whitespace-nowrap text-text-muted">
                  {oldest === null ? "–" : <RelativeTime time={oldest} />}
                </td>
                <td>
                  <Input
                    aria-label={`Days to keep ${SIGNAL_LABELS[signal].name.toLowerCase()}`}
                    inputMode="numeric"
                    className="w-20"
                    value={draft[signal] ?? String(days)}
                    error={invalid.includes(signal) ? "1 to 3650" : null}
                    onChange={(event) => onChange({ ...draft, [signal]: event.target.value })}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </Card>
  );
}

import { type FormEvent, useState } from "react";
import { cx } from "../../lib/cx.ts";
import { formatAbsoluteTime, formatMinute, formatZoneOffset } from "../../lib/format.ts";
import { useStore } from "../../lib/persistent-store.ts";
import { describeRange, parseRange, rangeText, resolveRange, type TypedRange } from "../../lib/time-range.ts";
import { setZoneChoice, useTimeZone, useZoneChoice, type ZoneChoice, zoneName } from "../../lib/time-zone.ts";
import { useNow } from "../../lib/use-now.ts";
import { Button } from "../../ui/button.tsx";
import { Duration } from "../../ui/duration.tsx";
import { Input } from "../../ui/input.tsx";
import { Select } from "../../ui/select.tsx";
import { PRESETS } from "./presets.ts";
import { recentRanges, withRange } from "./recent-ranges.ts";

/** A typed range in words of the zone, to check it before it is applied. */
function Preview({ text, timeZone }: { text: string; timeZone: string }) {
  const now = useNow();
  const range = parseRange(text, now, timeZone);
  const resolved = range && resolveRange(range, now, timeZone);
  if (!resolved) {
    return text.trim() === "" ? (
      <>Type a range, for example 30m, yesterday or now-1M/M.</>
    ) : (
      <span className="text-danger">
        Not a range yet. Try 2d, now-6h, yesterday or 2026-11-20 14:00 - 15:00.
      </span>
    );
  }
  const at = (ms: number) => formatAbsoluteTime(ms, timeZone).slice(0, 19);
  return (
    <span className="tabular-nums">
      {at(resolved.from)} → {at(resolved.to)} · <Duration ms={resolved.to - resolved.from} />
    </span>
  );
}

function RangeList({
  title,
  ranges,
  current,
  onApply,
}: {
  title: string;
  ranges: readonly TypedRange[];
  current: TypedRange;
  onApply: (range: TypedRange) => void;
}) {
  const timeZone = useTimeZone();
  return (
    <section aria-label={title} className="min-w-0">
      <h3 className="mb-1 px-2 text-xs text-text-muted">{title}</h3>
      <ul className="grid grid-cols-2 gap-0.5 sm:grid-cols-1">
        {ranges.map((range) => (
          <li key={rangeText(range) + range.tz} className="min-w-0">
            <button
              type="button"
              aria-pressed={rangeText(range) === rangeText(current)}
              onClick={() => onApply(range)}
              className={cx(
                "h-7 w-full truncate rounded-md px-2 text-left hover:bg-surface-hover",
                rangeText(range) === rangeText(current) && "bg-accent-soft font-medium text-accent",
              )}
            >
              {describeRange(range, (ms) => formatMinute(ms, timeZone))}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** `Europe/Berlin (UTC+01:00), this browser`. */
function localZoneWords(): string {
  const name = zoneName("local");
  const offset = formatZoneOffset(Date.now(), name);
  return offset === name ? `${name}, this browser` : `${name} (${offset}), this browser`;
}

/** The picker's panel: free text with a live preview, presets, recent ranges, both ends, the zone. */
export function TimePanel({
  current,
  onApply,
}: {
  current: TypedRange;
  onApply: (range: TypedRange) => void;
}) {
  const timeZone = useTimeZone();
  const zone = useZoneChoice();
  const recent = useStore(recentRanges);
  const [text, setText] = useState(rangeText(current));
  const shown = resolveRange(current, Date.now(), timeZone);
  const [from, setFrom] = useState(shown ? formatMinute(shown.from, timeZone) : "");
  const [to, setTo] = useState(shown ? formatMinute(shown.to, timeZone) : "");

  const apply = (wanted: string) => {
    const range = parseRange(wanted, Date.now(), timeZone);
    if (range === null) return;
    recentRanges.set(withRange(recent, range));
    onApply(range);
  };
  const submitText = (event: FormEvent) => {
    event.preventDefault();
    apply(text);
  };
  const submitEnds = (event: FormEvent) => {
    event.preventDefault();
    apply(`${from} - ${to}`);
  };
  const endsValid = parseRange(`${from} - ${to}`, Date.now(), timeZone) !== null;

  return (
    <div className="flex flex-col sm:flex-row">
      <div className="border-border p-2 max-sm:order-2 max-sm:border-t sm:w-44 sm:shrink-0 sm:border-r">
        <RangeList title="Presets" ranges={PRESETS} current={current} onApply={onApply} />
      </div>
      <div className="min-w-0 flex-1 space-y-4 p-4">
        <form onSubmit={submitText}>
          <Input
            label="Range"
            data-autofocus
            autoComplete="off"
            spellCheck={false}
            value={text}
            onChange={(event) => setText(event.target.value)}
            onFocus={(event) => event.target.select()}
            hint={<Preview text={text} timeZone={timeZone} />}
          />
          <button type="submit" className="sr-only" tabIndex={-1}>
            Apply range
          </button>
        </form>
        <form onSubmit={submitEnds} className="grid grid-cols-2 items-end gap-2">
          <Input
            label="From"
            autoComplete="off"
            value={from}
            onChange={(event) => setFrom(event.target.value)}
          />
          <Input label="To" autoComplete="off" value={to} onChange={(event) => setTo(event.target.value)} />
          <Button type="submit" className="col-span-2" disabled={!endsValid}>
            Apply from and to
          </Button>
        </form>
        {recent.length > 0 && (
          <RangeList title="Recent" ranges={recent} current={current} onApply={onApply} />
        )}
        <Select
          label="Time zone"
          value={zone}
          onChange={(event) => setZoneChoice(event.target.value as ZoneChoice)}
        >
          <option value="local">{localZoneWords()}</option>
          <option value="utc">UTC</option>
        </Select>
      </div>
    </div>
  );
}

const LOCALE = "en-US";
const EMPTY = "–";

/** Three significant digits without trailing noise: 1.24, 12.3, 123. */
function short(value: number): string {
  if (value >= 100) return String(Math.round(value));
  if (value >= 10) return value.toFixed(1).replace(/\.0$/, "");
  return value.toFixed(2).replace(/\.?0+$/, "");
}

/** Nanoseconds as people read them: `850 ns`, `12.5 µs`, `340 ms`, `1.24 s`, `2 m 05 s`, `3 h 20 m`, `2 d 4 h`. */
export function formatDurationNs(ns: number | bigint): string {
  const value = Number(ns);
  if (!Number.isFinite(value)) return EMPTY;
  if (value < 0) return `−${formatDurationNs(-value)}`;
  if (value < 1e3) return `${Math.round(value)} ns`;
  if (value < 999.5e3) return `${short(value / 1e3)} µs`;
  if (value < 999.5e6) return `${short(value / 1e6)} ms`;
  if (value < 59.95e9) return `${short(value / 1e9)} s`;
  const seconds = Math.round(value / 1e9);
  const pad = (n: number) => String(n).padStart(2, "0");
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m ${pad(seconds % 60)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 1440) return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} m`;
  const hours = Math.round(minutes / 60);
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** Milliseconds (fractions allowed) as people read them; see `formatDurationNs`. */
export function formatDurationMs(ms: number): string {
  return formatDurationNs(ms * 1e6);
}

/** Counts such as tokens: `0`, `950`, `12.3k`, `1.2M`. */
export function formatTokens(count: number): string {
  if (!Number.isFinite(count)) return EMPTY;
  if (count < 1000) return String(Math.round(count));
  const units = ["k", "M", "B", "T"];
  let value = count / 1000;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = value >= 100 ? 0 : 1;
  return `${value.toFixed(digits).replace(/\.0$/, "")}${units[unit]}`;
}

/** US dollars with as many digits as small prices need; a dash where no price is known. */
export function formatCost(usd: number | null | undefined): string {
  if (usd === null || usd === undefined || !Number.isFinite(usd)) return EMPTY;
  if (usd === 0) return "$0";
  if (Math.abs(usd) < 0.000001) return "<$0.000001";
  const digits = Math.abs(usd) < 0.01 ? { maximumSignificantDigits: 2 } : { maximumFractionDigits: 2 };
  if (Math.abs(usd) >= 0.01 && Math.abs(usd) < 1) return `$${usd.toFixed(3).replace(/0$/, "")}`;
  return new Intl.NumberFormat(LOCALE, {
    style: "currency",
    currency: "USD",
    minimumFractionDigits: Math.abs(usd) < 0.01 ? undefined : 2,
    ...digits,
  }).format(usd);
}

/** `1234567` as `1,234,567`. */
export function formatNumber(value: number, maximumFractionDigits = 0): string {
  return Number.isFinite(value) ? value.toLocaleString(LOCALE, { maximumFractionDigits }) : EMPTY;
}

/** `1,536` bytes as `1.5 KiB`. */
export function formatBytes(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1).replace(/\.0$/, "")} ${units[unit]}`;
}

/** `1 span`, `2 spans`, with thousands separated. */
export function formatCount(count: number, one: string, many = `${one}s`): string {
  return `${formatNumber(count)} ${count === 1 ? one : many}`;
}

/** Milliseconds since the epoch of an RFC 3339 time; nanoseconds beyond milliseconds are cut. NaN if unreadable. */
export function epochMs(time: string | number | Date): number {
  if (typeof time === "number") return time;
  if (time instanceof Date) return time.getTime();
  return Date.parse(time.replace(/(\.\d{3})\d+/, "$1"));
}

const absoluteFormats = new Map<string, Intl.DateTimeFormat>();

function absoluteFormat(timeZone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${timeZone} ${JSON.stringify(options)}`;
  const known = absoluteFormats.get(key);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat(LOCALE, { timeZone, hourCycle: "h23", ...options });
  absoluteFormats.set(key, made);
  return made;
}

/** The parts of a point in time in a zone, as padded text. */
function partsOf(ms: number, timeZone: string): Record<string, string> {
  const parts = absoluteFormat(timeZone, {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    fractionalSecondDigits: 3,
  }).formatToParts(ms);
  return Object.fromEntries(parts.map((part) => [part.type, part.value]));
}

/** `2026-11-20 14:03:22.123` in the zone: sorts, and nobody asks which is the month. */
export function formatAbsoluteTime(time: string | number | Date, timeZone: string): string {
  const ms = epochMs(time);
  if (Number.isNaN(ms)) return EMPTY;
  const p = partsOf(ms, timeZone);
  return `${p.year}-${p.month}-${p.day} ${p.hour}:${p.minute}:${p.second}.${p.fractionalSecond}`;
}

/** `2026-11-20 14:03`: what the time picker takes and shows. */
export function formatMinute(time: string | number | Date, timeZone: string): string {
  return formatAbsoluteTime(time, timeZone).slice(0, 16);
}

/** For tables: `14:03:22` on the day of `now`, `Nov 20, 14:03:22` before. */
export function formatTableTime(time: string | number | Date, now: number, timeZone: string): string {
  const ms = epochMs(time);
  if (Number.isNaN(ms)) return EMPTY;
  const p = partsOf(ms, timeZone);
  const today = partsOf(now, timeZone);
  const clock = `${p.hour}:${p.minute}:${p.second}`;
  if (p.year === today.year && p.month === today.month && p.day === today.day) return clock;
  const date = absoluteFormat(timeZone, { month: "short", day: "numeric" }).format(ms);
  return p.year === today.year ? `${date}, ${clock}` : `${p.year}-${p.month}-${p.day} ${clock}`;
}

/** `just now`, `12 s ago`, `5 min ago`, `3 h ago`, `2 d ago`, `in 5 min`; a date beyond 30 days. */
export function formatRelativeTime(time: string | number | Date, now: number, timeZone = "UTC"): string {
  const ms = epochMs(time);
  if (Number.isNaN(ms)) return EMPTY;
  const distance = Math.abs(now - ms);
  const say = (text: string) => (ms <= now ? `${text} ago` : `in ${text}`);
  if (distance < 5_000) return "just now";
  if (distance < 60_000) return say(`${Math.floor(distance / 1000)} s`);
  if (distance < 3_600_000) return say(`${Math.floor(distance / 60_000)} min`);
  if (distance < 86_400_000) return say(`${Math.floor(distance / 3_600_000)} h`);
  if (distance < 30 * 86_400_000) return say(`${Math.floor(distance / 86_400_000)} d`);
  return formatAbsoluteTime(ms, timeZone).slice(0, 10);
}

/** `UTC+01:00`, `UTC`: the zone's offset at a point in time. */
export function formatZoneOffset(ms: number, timeZone: string): string {
  const name = absoluteFormat(timeZone, { timeZoneName: "longOffset", hour: "2-digit" })
    .formatToParts(ms)
    .find((part) => part.type === "timeZoneName")?.value;
  return (name ?? "UTC").replace("GMT", "UTC").replace("+00:00", "");
}

import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";

/** A day, or a day and a time with or without its zone; `Date.parse` alone would take any text with a number in it. */
const RFC_3339 = /^\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?([Zz]|[+-]\d\d:\d\d)?)?$/;
/** The stores count days up to 2149 and seconds up to 2106. */
const LATEST_MS = Date.UTC(2100, 0, 1);

/**
 * Reads a time as RFC 3339 or epoch, in milliseconds since 1970. The unit of an epoch number follows from
 * its size: below 1e11 seconds, below 1e14 milliseconds, below 1e17 microseconds, else nanoseconds. A time
 * without a zone is UTC. Throws `invalid_time` (400), also for what lies outside 1970 to 2100.
 */
export function parseTime(input: string | number, field: string): number {
  const text = String(input).trim();
  const ms = /^\d+(\.\d+)?$/.test(text) ? epochToMs(Number(text)) : rfc3339ToMs(text);
  if (ms >= 0 && ms < LATEST_MS) return ms;
  throw new FlightdeckError(
    `${field}: "${text}" is not a time. Use RFC 3339 such as 2026-11-21T09:00:00Z, or epoch.`,
    {
      code: "invalid_time",
      status: 400,
    },
  );
}

function rfc3339ToMs(text: string): number {
  const match = RFC_3339.exec(text);
  if (!match) return Number.NaN;
  const hasTime = text.length > 10;
  return Date.parse(hasTime && match[1] === undefined ? `${text}Z` : text);
}

function epochToMs(epoch: number): number {
  if (epoch < 1e11) return epoch * 1000;
  if (epoch < 1e14) return epoch;
  if (epoch < 1e17) return epoch / 1e3;
  return epoch / 1e6;
}

/** A time range that is not empty; `to` defaults to now, `from` to 24 hours before. Throws `invalid_time`. */
export function parseTimeRange(
  query: { from?: string | undefined; to?: string | undefined },
  nowMs: number,
): { fromMs: number; toMs: number } {
  const toMs = query.to === undefined ? nowMs : parseTime(query.to, "to");
  const fromMs = query.from === undefined ? toMs - 86_400_000 : parseTime(query.from, "from");
  if (fromMs < toMs) return { fromMs, toMs };
  throw new FlightdeckError("from must be before to.", { code: "invalid_time", status: 400 });
}

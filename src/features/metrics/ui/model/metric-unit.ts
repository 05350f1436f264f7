import type { Unit } from "#web/charts/chart-types.ts";

/** How numbers of a UCUM unit are shown, and by what they are multiplied before. */
export interface UnitReading {
  unit: Unit;
  factor: number;
}

const EXACT: Record<string, UnitReading> = {
  s: { unit: "s", factor: 1 },
  ms: { unit: "ms", factor: 1 },
  us: { unit: "ms", factor: 1e-3 },
  ns: { unit: "ms", factor: 1e-6 },
  min: { unit: "s", factor: 60 },
  h: { unit: "s", factor: 3600 },
  By: { unit: "bytes", factor: 1 },
  byte: { unit: "bytes", factor: 1 },
  bytes: { unit: "bytes", factor: 1 },
  KiBy: { unit: "bytes", factor: 1024 },
  MiBy: { unit: "bytes", factor: 1024 ** 2 },
  GiBy: { unit: "bytes", factor: 1024 ** 3 },
  kBy: { unit: "bytes", factor: 1e3 },
  MBy: { unit: "bytes", factor: 1e6 },
  "%": { unit: "percent", factor: 0.01 },
  USD: { unit: "usd", factor: 1 },
  "{USD}": { unit: "usd", factor: 1 },
  token: { unit: "tokens", factor: 1 },
  "{token}": { unit: "tokens", factor: 1 },
};

/** Reads a unit as OpenTelemetry sends it (UCUM); what is not known is a plain number. */
export function readUnit(ucum: string): UnitReading {
  const known = EXACT[ucum];
  if (known) return known;
  if (ucum.endsWith("/s")) {
    const counted = EXACT[ucum.slice(0, -2)];
    return counted?.unit === "bytes" ? counted : { unit: "per_second", factor: counted?.factor ?? 1 };
  }
  return { unit: "number", factor: 1 };
}

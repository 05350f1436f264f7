import { depthOf, isPartOf, PRICE_UNITS, unitOfUsage } from "./price-units.ts";

/** Counts by unit in which wholes contain their parts, as providers report them: `input_tokens` with the cached ones. */
export type InclusiveUsage = Readonly<Record<string, number | undefined>>;

/** Units from the most special to the most general, so that parts are known before their wholes. */
const PARTS_FIRST = PRICE_UNITS.map((unit, index) => ({ unit, index })).sort(
  (left, right) => depthOf(right.unit) - depthOf(left.unit),
);

/** For each unit the positions of the units that are part of it, itself left out. */
const PARTS_OF: readonly (readonly number[])[] = PRICE_UNITS.map((whole) =>
  PARTS_FIRST.filter(({ unit }) => unit !== whole && isPartOf(unit, whole)).map(({ index }) => index),
);

/**
 * Takes parts out of their wholes: what remains of a unit is what was counted as nothing more special.
 * The result is indexed like `PRICE_UNITS` and no token is in two places. A part that was reported larger than
 * its whole leaves 0 of the whole. Unknown keys are left out.
 */
export function exclusiveAmounts(usage: InclusiveUsage): Float64Array {
  const amounts = new Float64Array(PRICE_UNITS.length);
  for (const { unit, index } of PARTS_FIRST) {
    const reported = usage[unit.usageKey];
    if (reported === undefined || !(reported > 0)) continue;
    let rest = reported;
    for (const part of PARTS_OF[index]!) rest -= amounts[part]!;
    amounts[index] = Math.max(0, rest);
  }
  return amounts;
}

/** The reverse: what each key of `keys` counts with all its parts. */
export function inclusiveUsage(amounts: Float64Array, keys: readonly string[]): Record<string, number> {
  const usage: Record<string, number> = {};
  for (const key of keys) {
    const index = unitOfUsage(key);
    if (index === undefined) continue;
    let sum = amounts[index]!;
    for (const part of PARTS_OF[index]!) sum += amounts[part]!;
    usage[key] = sum;
  }
  return usage;
}

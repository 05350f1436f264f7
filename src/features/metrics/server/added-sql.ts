import { Nature } from "./metric-plan.ts";

/**
 * What a sample added to one of its numbers, as SQL over `samplesWithBefore`; null where that is not known. A growing
 * number that is lower than before was set back to 0 in between, and all it says was added since.
 */
export function addedSql(column: string): string {
  const before = `before_${column}`;
  return `multiIf(
    nature = ${Nature.delta}, toNullable(toFloat64(${column})),
    is_first, if(nature = ${Nature.growing} AND began, toNullable(toFloat64(${column})), NULL),
    nature = ${Nature.level}, toFloat64(${column}) - toFloat64(${before}),
    restarted OR ${column} < ${before}, toFloat64(${column}),
    toFloat64(${column}) - toFloat64(${before}))`;
}

/** The same for a list of counts, whose bounds must be those of the neighbour. */
export function addedListSql(column: string, sameShape: string): string {
  const before = `before_${column}`;
  return `multiIf(
    nature = ${Nature.delta} OR (is_first AND began), arrayMap(c -> toInt64(c), ${column}),
    is_first, arrayResize(CAST([], 'Array(Int64)'), length(${column})),
    restarted OR NOT (${sameShape}) OR arrayExists((c, b) -> c < b, ${column}, arrayResize(${before}, length(${column}))),
      arrayMap(c -> toInt64(c), ${column}),
    arrayMap((c, b) -> toInt64(c) - toInt64(b), ${column}, arrayResize(${before}, length(${column}))))`;
}

import { TupleParam } from "@clickhouse/client";

/** Rows of values as a query binds them as `Array(Tuple(…))`; plain arrays would be written as arrays. */
export function pairs(rows: readonly (readonly (number | string)[])[]): TupleParam[] {
  return rows.map((row) => new TupleParam(row));
}

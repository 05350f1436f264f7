import { ROLLUP_DIMENSIONS } from "#features/rollups/server/index.ts";
import type { Bindings } from "#features/traces/server/index.ts";
import type { SpanFilter } from "#features/traces/trace-contract.ts";

const IN_ROLLUPS = new Set<string>(ROLLUP_DIMENSIONS);
const ATTRIBUTE = "attribute:";

/** A dimension as text, as SQL over `spans` (and over rollups, where they have it). */
export function dimensionSql(dimension: string, bindings: Bindings): string {
  if (dimension.startsWith(ATTRIBUTE)) {
    const key = bindings.bind(dimension.slice(ATTRIBUTE.length), "String");
    return `multiIf(mapContains(attributes_string, ${key}), attributes_string[${key}],
      mapContains(attributes_number, ${key}), toString(attributes_number[${key}]),
      mapContains(attributes_bool, ${key}), toString(attributes_bool[${key}]),
      mapContains(resource_attributes, ${key}), resource_attributes[${key}],
      attributes_json[${key}])`;
  }
  if (dimension === "status") return "['unset', 'ok', 'error'][status + 1]";
  // A span counts for each of its tags.
  if (dimension === "tag") return "arrayJoin(if(empty(tags), [''], arrayMap(t -> toString(t), tags)))";
  return `toString(${dimension})`;
}

/** Whether rollups have the dimension. */
export const isRolledUp = (dimension: string) => IN_ROLLUPS.has(dimension);

/** Filters that rollups can answer; every other one that is set means reading the spans. */
const ROLLED_UP_FILTERS = new Set<string>([...ROLLUP_DIMENSIONS, "root", "project", "from", "to"]);

/** Whether rollups can tell which spans the filter means. */
export function filterIsRolledUp(filter: SpanFilter): boolean {
  return Object.entries(filter).every(([name, value]) => value === undefined || ROLLED_UP_FILTERS.has(name));
}

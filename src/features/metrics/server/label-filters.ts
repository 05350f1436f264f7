import { type Bindings, parseWhere } from "#features/traces/server/index.ts";

export const listOf = (value: string | readonly string[] | undefined): string[] =>
  value === undefined ? [] : typeof value === "string" ? [value] : [...value];

/** A series as the 16 hex digits it is called by outside of the store. */
export const SERIES_HEX = "leftPad(lower(hex(series)), 16, '0')";

/** A label's value as SQL over `series`: an attribute, else one of the resource, else the empty text. */
export function labelValue(label: string, bindings: Bindings): string {
  const key = bindings.bind(label, "String");
  // By their table: selects call what they add up by the same names.
  return `if(mapContains(series.attributes, ${key}), series.attributes[${key}], series.resource_attributes[${key}])`;
}

/**
 * Conditions of `where` over `series`. Values are bound, never spliced into the SQL. Throws `invalid_filter` (400)
 * for a condition that cannot be read.
 */
export function labelConditions(where: string | readonly string[] | undefined, bindings: Bindings): string[] {
  return listOf(where).map((text) => {
    // Said to be an attribute, since a name such as "status" would mean a column of spans.
    const { name, operator, value } = parseWhere(text.startsWith("attribute:") ? text : `attribute:${text}`);
    const key = bindings.bind(name, "String");
    const label = labelValue(name, bindings);
    if (operator === "?")
      return `(mapContains(series.attributes, ${key}) OR mapContains(series.resource_attributes, ${key}))`;
    if (operator === "~")
      return `positionCaseInsensitiveUTF8(${label}, ${bindings.bind(value, "String")}) > 0`;
    if (operator === "=" || operator === "!=")
      return `${label} ${operator} ${bindings.bind(value, "String")}`;
    return `ifNull(toFloat64OrNull(${label}) ${operator} ${bindings.bind(Number(value), "Float64")}, 0)`;
  });
}

/** A value as it is stored inside lists, maps, events and links; objects have no prototype. */
export type PlainValue = string | number | boolean | null | PlainValue[] | { [key: string]: PlainValue };

/** NaN and the infinities have no JSON number: they are kept as the names proto3's JSON mapping gives them. */
export function doubleAsPlain(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

/** A value as text: strings as they are, lists and maps as JSON, the empty value as the empty text. */
export function plainAsText(value: PlainValue): string {
  if (typeof value === "string") return value;
  if (value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

import type { Attributes } from "../attributes.ts";

/**
 * The first non-empty text among up to four keys, else "". Fixed arity instead of a rest parameter, because
 * this runs for every span and a rest parameter allocates an array per call.
 */
export function textOf(attributes: Attributes, key: string, key2 = "", key3 = "", key4 = ""): string {
  const text = attributes.text(key);
  if (text !== undefined && text !== "") return text;
  return key2 === "" ? "" : textOf(attributes, key2, key3, key4);
}

/** The first number among up to four keys, else undefined. A key that holds no number counts as absent. */
export function numberOf(
  attributes: Attributes,
  key: string,
  key2 = "",
  key3 = "",
  key4 = "",
): number | undefined {
  const value = attributes.number(key);
  if (value !== undefined) return value;
  return key2 === "" ? undefined : numberOf(attributes, key2, key3, key4);
}

/** A duration in seconds that can be shown: finite and positive, else 0. */
export function seconds(value: number | undefined): number {
  return value !== undefined && value > 0 && Number.isFinite(value) ? value : 0;
}

/**
 * The first entry of a list of strings that was stored as JSON text (`["stop"]`), or the text itself when
 * the emitter sent a plain string. Reads only the start of the text.
 */
export function firstOfList(text: string): string {
  if (!text.startsWith("[")) return text;
  const open = text.indexOf('"');
  if (open < 0) return "";
  const close = text.indexOf('"', open + 1);
  return close < 0 ? "" : text.slice(open + 1, close);
}

import type { Attributes } from "../attributes.ts";
import { textOf } from "./attribute-lookup.ts";

/** Longest list of tags that is read, in characters. */
const MAX_TAGS_TEXT = 8192;

/**
 * Adds the tags of the first of up to four attributes that has any, unless there are tags already. Tags come as
 * a list, as JSON text of one, or as words separated by commas; a text that starts like a list and is none is
 * left alone.
 */
export function readTags(
  attributes: Attributes,
  tags: string[],
  key: string,
  key2 = "",
  key3 = "",
  key4 = "",
): void {
  if (tags.length > 0) return;
  const text = textOf(attributes, key, key2, key3, key4);
  if (text === "" || text.length > MAX_TAGS_TEXT) return;
  if (text.startsWith("[")) addFromList(text, tags);
  else for (const word of text.split(",")) addTag(word, tags);
}

function addFromList(text: string, tags: string[]): void {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    return;
  }
  if (Array.isArray(list)) for (const tag of list) addTag(tag, tags);
}

function addTag(tag: unknown, tags: string[]): void {
  if (typeof tag !== "string" && typeof tag !== "number") return;
  const name = String(tag).trim();
  if (name !== "" && !tags.includes(name)) tags.push(name);
}

import { isUtf8Range } from "../otlp/utf8-text.ts";
import type { PromLabels } from "./write-request.ts";

/** Labels of one series; Prometheus itself warns from 30 on. */
const MAX_LABELS = 256;
/** Bytes of all names and values of one series. */
const MAX_LABEL_BYTES = 64 * 1024;

/** Why the labels of a series are refused. Constants, so that equal reasons are counted together. */
export const LabelProblem = {
  noName: "the label __name__ is missing or empty",
  emptyName: "a label has an empty name",
  twice: "two labels have the same name",
  notUtf8: "a label is not valid UTF-8",
  tooMany: `there are more than ${MAX_LABELS} labels`,
  tooLong: `the labels are longer than ${MAX_LABEL_BYTES / 1024} KiB`,
  reference: "a label refers to a symbol that is not in the request",
  odd: "the label references are not pairs",
} as const;

/** The text between two offsets; undefined when it is not UTF-8. */
export function labelText(bytes: Buffer, start: number, end: number): string | undefined {
  return isUtf8Range(bytes, start, end) ? bytes.toString("utf8", start, end) : undefined;
}

/**
 * Why these labels cannot be kept; empty when they can. Names may be any UTF-8 text, as in Prometheus 3. Their
 * order does not matter: a series' identity is made from sorted labels.
 */
export function problemOfLabels(labels: PromLabels): string {
  if (labels.length > MAX_LABELS) return LabelProblem.tooMany;
  const names = new Set<string>();
  let length = 0;
  let hasName = false;
  for (const [name, value] of labels) {
    if (name === "") return LabelProblem.emptyName;
    if (names.has(name)) return LabelProblem.twice;
    names.add(name);
    length += name.length + value.length;
    if (name === "__name__" && value !== "") hasName = true;
  }
  if (length > MAX_LABEL_BYTES) return LabelProblem.tooLong;
  return hasName ? "" : LabelProblem.noName;
}

import { attributeKeys, labelValues } from "./interned-text.ts";
import { MAX_KEY_BYTES, MAX_RESOURCE_VALUE_BYTES } from "./limits.ts";

/**
 * A KeyValue in the form that nearly all have: a key and a text of less than 128 bytes each, in this order and nothing
 * else. Both repeat from point to point, so mostly nothing is decoded. Undefined for any other form.
 */
export function readShortLabel(bytes: Buffer, start: number, end: number): [string, string] | undefined {
  const keyLength = bytes[start + 1]!;
  const valueAt = start + 2 + keyLength;
  if (bytes[start] !== 0x0a || keyLength === 0 || keyLength >= 0x80 || valueAt + 4 > end) return undefined;
  const textLength = bytes[valueAt + 3]!;
  const isText = bytes[valueAt] === 0x12 && bytes[valueAt + 2] === 0x0a && textLength < 0x80;
  if (!isText || bytes[valueAt + 1] !== textLength + 2 || valueAt + 4 + textLength !== end) return undefined;
  const key = attributeKeys.read(bytes, start + 2, valueAt, MAX_KEY_BYTES);
  return [key, labelValues.read(bytes, valueAt + 4, end, MAX_RESOURCE_VALUE_BYTES)];
}

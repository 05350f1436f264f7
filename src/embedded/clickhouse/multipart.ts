/**
 * Reads the fields of a `multipart/form-data` body, in which the client sends parameters too long for a URL.
 * Returns `undefined` for any other content type.
 */
export function readMultipart(
  contentType: string | undefined,
  body: Buffer,
): Map<string, string> | undefined {
  if (!contentType?.startsWith("multipart/form-data")) return undefined;
  const boundary = /boundary="?([^";]+)"?/.exec(contentType)?.[1];
  const fields = new Map<string, string>();
  if (!boundary) return fields;
  const mark = Buffer.from(`--${boundary}`);
  for (let at = body.indexOf(mark); at >= 0; ) {
    const start = at + mark.length + 2;
    const next = body.indexOf(mark, start);
    if (next < 0) break;
    const headEnd = body.indexOf("\r\n\r\n", start);
    if (headEnd > 0 && headEnd < next) {
      const name = /name="([^"]+)"/.exec(body.subarray(start, headEnd).toString("utf8"))?.[1];
      if (name) fields.set(name, body.subarray(headEnd + 4, next - 2).toString("utf8"));
    }
    at = next;
  }
  return fields;
}

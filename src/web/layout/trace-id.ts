/** The trace id in pasted text: 32 hex digits, alone or in a W3C `traceparent`, with or without dashes. */
export function traceIdIn(text: string): string | null {
  const traceparent = /^\s*[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}\s*$/i.exec(text);
  const id = (traceparent?.[1] ?? text.replace(/[\s"'-]/g, "")).toLowerCase();
  return /^[0-9a-f]{32}$/.test(id) && !/^0+$/.test(id) ? id : null;
}

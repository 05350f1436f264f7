let lastSecond = "";
let lastSecondMs = Number.NaN;

/**
 * RFC 3339 with up to nine fraction digits (UTC) as epoch milliseconds with fraction; NaN if unreadable.
 * `Date.parse` keeps whole milliseconds only, which would flatten spans of a few microseconds; it is also
 * slow, so the whole second is remembered from one call to the next.
 */
export function parseTimeMs(text: string): number {
  const second = text.slice(0, 19);
  if (second !== lastSecond) {
    lastSecond = second;
    lastSecondMs = Date.parse(`${second}Z`);
  }
  if (text.charCodeAt(19) !== 46) return text.length === 20 ? lastSecondMs : Date.parse(text);
  const end = text.endsWith("Z") ? text.length - 1 : text.search(/[+-]\d\d:\d\d$/);
  if (end < 0) return Date.parse(text);
  const fraction = Number(`0${text.slice(19, end)}`) * 1000;
  return end === text.length - 1 ? lastSecondMs + fraction : Date.parse(text);
}

/** An error in ClickHouse's own numbering, so that its clients understand it. */
export class EngineError extends Error {
  override readonly name = "EngineError";
  readonly code: number;

  constructor(code: number, message: string, type: string) {
    super(`Code: ${code}. DB::Exception: ${message} (${type})`);
    this.code = code;
  }
}

/** ClickHouse's code in an error text of the engine; 1002 (UNKNOWN_EXCEPTION) when there is none. */
export function engineErrorCode(error: unknown): number {
  if (error instanceof EngineError) return error.code;
  const found = /Code: (\d+)\./.exec(error instanceof Error ? error.message : String(error));
  return found ? Number(found[1]) : 1002;
}

/** The body of an error answer, in the form ClickHouse's clients parse. */
export function engineErrorText(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  if (/Code: \d+\./.test(text)) return text;
  return `Code: 1002. DB::Exception: ${text} (UNKNOWN_EXCEPTION)`;
}

const BAD_REQUEST = new Set([
  6, 26, 27, 36, 38, 41, 42, 43, 44, 46, 47, 50, 53, 57, 62, 70, 72, 82, 115, 117, 131, 179, 352, 386, 456,
  457,
]);
const NOT_FOUND = new Set([16, 60, 81]);

/**
 * HTTP status of a ClickHouse error code, after the mapping in ClickHouse's own HTTP handler
 * (`exceptionCodeToHTTPStatus`).
 */
export function httpStatusOf(code: number): number {
  if (code === 516 || code === 192 || code === 193) return 403;
  if (code === 497) return 403;
  if (NOT_FOUND.has(code)) return 404;
  if (BAD_REQUEST.has(code)) return 400;
  if (code === 48) return 501;
  if (code === 159 || code === 160) return 408;
  if (code === 202 || code === 252) return 503;
  return 500;
}

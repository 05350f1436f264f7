/** What an error tells besides its sentence. */
export interface FlightdeckErrorOptions {
  /** Stable machine-readable name, snake_case; part of the API contract. */
  code: string;
  /** HTTP status the error maps to; 500 unless told. */
  status?: number;
  /** The error underneath, for the log only. */
  cause?: unknown;
  /** Seconds after which the same request may succeed; becomes `Retry-After`. */
  retryAfterSeconds?: number;
  /** One entry per invalid field or item, shown to the caller. */
  errors?: readonly { path: string; code: string; detail: string }[];
}

/**
 * An error a person can act on: a stable `code`, a status, and a sentence.
 * The HTTP layer turns it into problem+json (RFC 9457); anything else that is thrown becomes a
 * generic `internal_error` whose details stay in the log.
 */
export class FlightdeckError extends Error {
  override readonly name = "FlightdeckError";
  readonly code: string;
  readonly status: number;
  readonly retryAfterSeconds: number | undefined;
  readonly errors: FlightdeckErrorOptions["errors"];

  constructor(detail: string, options: FlightdeckErrorOptions) {
    super(detail, { cause: options.cause });
    this.code = options.code;
    this.status = options.status ?? 500;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.errors = options.errors;
  }
}

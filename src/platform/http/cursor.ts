import type { z } from "zod";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";

/** An opaque cursor: where the next page starts. Not a secret and not trusted: it is validated like any input. */
export function encodeCursor(position: unknown): string {
  return Buffer.from(JSON.stringify(position)).toString("base64url");
}

/** Reads a cursor back; throws `invalid_cursor` (400) for anything that is not one of ours. */
export function decodeCursor<T extends z.ZodType>(cursor: string, schema: T): z.output<T> {
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, "base64url").toString("utf8")));
  } catch (cause) {
    throw new FlightdeckError("The cursor is not one this list has given out. Start again without it.", {
      code: "invalid_cursor",
      status: 400,
      cause,
    });
  }
}

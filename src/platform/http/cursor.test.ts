import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";

const schema = z.object({ id: z.uuid() });

describe("a cursor", () => {
  it("comes back as it was given out", () => {
    fc.assert(
      fc.property(fc.uuid({ version: 7 }), (id) => {
        expect(decodeCursor(encodeCursor({ id }), schema)).toEqual({ id });
      }),
    );
  });

  it("that is garbage is an invalid cursor and nothing worse", () => {
    const garbage = fc.oneof(
      fc.string(),
      fc.base64String(),
      fc.json().map((text) => Buffer.from(text).toString("base64url")),
    );
    fc.assert(
      fc.property(garbage, (cursor) => {
        try {
          decodeCursor(cursor, schema);
        } catch (error) {
          expect(error).toBeInstanceOf(FlightdeckError);
          expect(error).toMatchObject({ code: "invalid_cursor", status: 400 });
        }
      }),
    );
  });
});

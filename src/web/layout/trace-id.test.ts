import { describe, expect, it } from "vitest";
import { traceIdIn } from "./trace-id.ts";

const id = "4bf92f3577b34da6a3ce929d0e0e4736";

describe("traceIdIn", () => {
  it.each([
    [id, id],
    [`  "${id.toUpperCase()}" `, id],
    ["4bf92f35-77b3-4da6-a3ce-929d0e0e4736", id],
    [`00-${id}-00f067aa0ba902b7-01`, id],
    ["0".repeat(32), null],
    [id.slice(1), null],
    ["checkout agent", null],
  ])("finds it in %j", (text, found) => {
    expect(traceIdIn(text)).toBe(found);
  });
});

import { describe, expect, it } from "vitest";
import { createLogger } from "./logger.ts";

function logged(write: (logger: ReturnType<typeof createLogger>) => void): Record<string, unknown> {
  const lines: string[] = [];
  write(createLogger({ level: "info", pretty: false }, { write: (line: string) => lines.push(line) }));
  return JSON.parse(lines.join(""));
}

describe("the log", () => {
  it("is one JSON object a line, with the level as a word and the time as RFC 3339", () => {
    expect(logged((logger) => logger.info({ store: "postgres" }, "migrated"))).toEqual({
      level: "info",
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      store: "postgres",
      msg: "migrated",
    });
  });

  it.each([
    ["a password", { password: "hunter2" }],
    ["a password one level down", { user: { password: "hunter2" } }],
    ["a token", { session: { token: "hunter2" } }],
    ["an API key", { key: "hunter2" }],
    ["an Authorization header", { req: { headers: { authorization: "Bearer hunter2" } } }],
    ["an X-API-Key header", { req: { headers: { "x-api-key": "hunter2" } } }],
    ["a cookie", { req: { headers: { cookie: "flightdeck_session=hunter2" } } }],
    ["a cookie being set", { res: { headers: { "set-cookie": "flightdeck_session=hunter2" } } }],
  ])("never holds %s", (_name, fields) => {
    const line = JSON.stringify(logged((logger) => logger.info(fields, "something happened")));
    expect(line).not.toContain("hunter2");
    expect(line).toContain("[redacted]");
  });
});

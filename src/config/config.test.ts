import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { decideConfig, otlpEndpoint } from "./config.ts";
import { configurationDocs } from "./config-docs.ts";
import { readEnv } from "./env.ts";

describe("reading the environment", () => {
  it("gives every variable its default when nothing is set", () => {
    const config = decideConfig(readEnv({}).env, false);
    expect(config.http).toMatchObject({
      host: "127.0.0.1",
      port: 8000,
      otlpPort: 4318,
      otlpGrpcPort: 4317,
      secureCookies: false,
    });
    expect(config.storage.databaseUrl).toBeUndefined();
    expect(config.log.pretty).toBe(false);
  });

  it("counts an empty variable as unset", () => {
    expect(readEnv({ FLIGHTDECK_PORT: "" }).env.FLIGHTDECK_PORT).toBe(8000);
  });

  it("names every wrong variable at once", () => {
    expect(() => readEnv({ FLIGHTDECK_PORT: "http", FLIGHTDECK_INIT_ADMIN_PASSWORD: "short" })).toThrow(
      /FLIGHTDECK_PORT.*FLIGHTDECK_INIT_ADMIN_PASSWORD/,
    );
  });

  it.each([
    ["FLIGHTDECK_PROT", "FLIGHTDECK_PORT"],
    ["FLIGHTDECK_DATA_DIR", "FLIGHTDECK_DATA"],
    ["FLIGHTDECK_SOMETHING_ELSE_ALTOGETHER", undefined],
  ])("warns about %s, nearest %s", (name, nearest) => {
    expect(readEnv({ [name]: "1" }).unknown).toEqual([{ name, nearest }]);
  });

  it("leaves other programs' variables alone", () => {
    expect(readEnv({ PATH: "/bin", NODE_ENV: "test" }).unknown).toEqual([]);
  });
});

describe("deciding the configuration", () => {
  it.each([
    [{}, "http://127.0.0.1:4318"],
    [{ FLIGHTDECK_HOST: "0.0.0.0" }, "http://127.0.0.1:4318"],
    [{ FLIGHTDECK_OTLP_PORT: "0" }, "http://127.0.0.1:8000"],
    [{ FLIGHTDECK_PUBLIC_URL: "https://deck.example.com/" }, "https://deck.example.com"],
  ])("hands %o exporters the endpoint %s", (source, expected) => {
    expect(otlpEndpoint(decideConfig(readEnv(source).env, false))).toBe(expected);
  });

  it("makes cookies Secure behind an https address", () => {
    const { env } = readEnv({ FLIGHTDECK_PUBLIC_URL: "https://deck.example.com" });
    expect(decideConfig(env, false).http.secureCookies).toBe(true);
  });
});

it("docs/configuration.md is what the schema says (npm run docs)", () => {
  expect(readFileSync("docs/configuration.md", "utf8")).toBe(configurationDocs());
});

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createClient, InvalidOptionsError, VERSION } from "./index.ts";

describe("createClient", () => {
  it.each([
    ["http://127.0.0.1:8000", "http://127.0.0.1:8000"],
    ["http://127.0.0.1:8000/", "http://127.0.0.1:8000"],
    ["https://example.com/deck/", "https://example.com/deck"],
    ["https://example.com/v1/traces", "https://example.com"],
    ["https://example.com/deck/v1/", "https://example.com/deck"],
    ["https://example.com?tab=1#top", "https://example.com"],
  ])("reads %s as %s", (endpoint, expected) => {
    const client = createClient({ endpoint, apiKey: "fd_key" });
    expect(client.endpoint).toBe(expected);
    expect(client.tracesUrl).toBe(`${expected}/v1/traces`);
  });

  it("sends the key as a bearer token", () => {
    const { headers } = createClient({ endpoint: "http://localhost:8000", apiKey: " fd_key\n" });
    expect(headers.authorization).toBe("Bearer fd_key");
  });

  it.each([
    ["127.0.0.1:8000", "fd_key"],
    ["ftp://example.com", "fd_key"],
    ["", "fd_key"],
    ["http://localhost:8000", ""],
    ["http://localhost:8000", "fd_key\r\nx: y"],
    ["http://localhost:8000", "ключ"],
  ])("refuses endpoint %j with key %j", (endpoint, apiKey) => {
    expect(() => createClient({ endpoint, apiKey })).toThrow(InvalidOptionsError);
  });
});

describe("VERSION", () => {
  it("is the version of the package", () => {
    const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
    expect(VERSION).toBe(manifest.version);
  });
});

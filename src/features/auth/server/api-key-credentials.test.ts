import { describe, expect, it } from "vitest";
import { apiKeyOf, basicPasswordOf } from "./api-key-credentials.ts";

const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;

describe("the API key of a request", () => {
  it.each([
    [{ "x-api-key": " fd_key " }, "fd_key"],
    [{ authorization: "Bearer fd_key" }, "fd_key"],
    [{ authorization: "bearer  fd_key" }, "fd_key"],
    [{ authorization: "Token fd_key" }, "fd_key"],
    [{ "x-api-key": "fd_key", authorization: "Bearer other" }, "fd_key"],
    [{ authorization: basic("anyone:fd_key") }, undefined],
    [{ authorization: "Digest fd_key" }, undefined],
    [{ authorization: "Bearer" }, undefined],
    [{ "x-api-key": "" }, undefined],
    [{}, undefined],
  ])("in %o is %s", (headers, key) => {
    expect(apiKeyOf(headers)).toBe(key);
  });
});

describe("the Basic password of a request", () => {
  it.each([
    [basic("anyone:fd_key"), "fd_key"],
    [basic(":fd:key"), "fd:key"],
    [basic("fd_key"), undefined],
    [basic("anyone:"), undefined],
    ["Basic !", undefined],
    ["Bearer fd_key", undefined],
    [undefined, undefined],
  ])("in %s is %s", (authorization, password) => {
    expect(basicPasswordOf({ authorization })).toBe(password);
  });
});

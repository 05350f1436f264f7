import { describe, expect, it } from "vitest";
import { ApiProblem, apiUrl, projectOfPath } from "./api-client.ts";
import { shouldRetry } from "./query-client.ts";

const problem = (status: number) =>
  new ApiProblem({ type: "about:blank", title: "t", status, detail: "d", code: "c", request_id: "r" });

describe("API addresses", () => {
  it("name the project of the page, unless told another", () => {
    expect(apiUrl("/traces", { limit: 5 }, "/p/my%20project/traces")).toBe(
      "/api/v1/traces?project=my+project&limit=5",
    );
    expect(apiUrl("/traces", { project: "other" }, "/p/default")).toBe("/api/v1/traces?project=other");
    expect(apiUrl("/users/profile", undefined, "/p/default/traces")).toBe("/api/v1/users/profile");
    expect(projectOfPath("/p/")).toBeUndefined();
  });

  it("repeat lists and leave out what is empty", () => {
    expect(apiUrl("/traces", { agent: ["a", "b"], q: "", cursor: null }, "/")).toBe(
      "/api/v1/traces?agent=a&agent=b",
    );
  });
});

describe("retrying a query", () => {
  it.each([
    [0, true],
    [429, true],
    [503, true],
    [404, false],
    [401, false],
  ])("status %d: %s", (status, again) => {
    expect(shouldRetry(0, problem(status))).toBe(again);
  });

  it("gives up after two tries", () => {
    expect(shouldRetry(2, problem(503))).toBe(false);
  });
});

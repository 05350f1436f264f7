import { describe, expect, it } from "vitest";
import type { Execution } from "../execution-contract.ts";
import type { ExecutionPageData } from "./executions-api.ts";
import { withFirstPage } from "./live-pages.ts";

const run = (id: string, status: Execution["status"] = "running") => ({ id, status }) as Execution;
const page = (runs: Execution[], next_cursor: string | null = "more"): ExecutionPageData => ({
  data: runs,
  next_cursor,
  from: "",
  to: "",
});
const told = (pages: readonly ExecutionPageData[]) =>
  pages.map(({ data }) => data.map(({ id, status }) => `${id} ${status}`));

describe("a list of runs that goes on", () => {
  it("puts new runs on top and renews those that changed, on every page", () => {
    const before = [page([run("c"), run("b")]), page([run("a")], null)];
    const { pages, added } = withFirstPage(
      before,
      page([run("d"), run("c", "failed"), run("a", "succeeded")]),
    );
    expect(told(pages)).toEqual([["d running", "c failed", "a succeeded", "b running"], []]);
    expect(added).toEqual(["d"]);
  });

  it("begins anew when more has come than a page holds", () => {
    const { pages } = withFirstPage([page([run("a")])], page([run("z"), run("y")]));
    expect(told(pages)).toEqual([["z running", "y running"]]);
  });

  it("fills a list that was empty", () => {
    const { pages, added } = withFirstPage([page([], null)], page([run("a")], null));
    expect(told(pages)).toEqual([["a running"]]);
    expect(added).toEqual(["a"]);
  });
});

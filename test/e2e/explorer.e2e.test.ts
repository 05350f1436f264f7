import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openBrowser, signIn, type TestBrowser } from "./support/browser.ts";
import { PREPARED, type Product, startProduct } from "./support/product.ts";
import { newSpanId, newTraceId, sendSpans, type TestSpanInput } from "./support/telemetry.ts";

let product: Product;
let browser: TestBrowser;
const ids: string[] = [];

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ env: PREPARED }), openBrowser()]);
  const now = Date.now();
  const spans: TestSpanInput[] = [];
  // The costliest agent is "writer", and its slowest tool "render"; "crawl" is slower but another agent's.
  for (let run = 0; run < 12; run++) {
    const agent = run % 3 === 0 ? "writer" : run % 3 === 1 ? "clerk" : "scout";
    spans.push(...agentRun(agent, now - 50 * 60_000 + run * 120_000, run));
  }
  // Two hours ago something else was costly.
  spans.push(...agentRun("yesterday's hero", now - 2 * 3_600_000, 99));
  await sendSpans(product, spans);
});

afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

describe("a newcomer", () => {
  it("finds the slowest tool of the costliest agent of the last hour in four clicks, and shares it", async () => {
    const page = await open("");
    let clicks = 0;
    const click = async (locator: ReturnType<Page["locator"]>) => {
      await locator.click();
      clicks++;
    };
    await click(page.getByRole("navigation").getByRole("link", { name: "Traces", exact: true }));
    await click(page.getByRole("tab", { name: "Group by" }));
    await click(page.getByRole("button", { name: "Last hour", exact: true }));
    await expect.poll(() => groups(page)).toEqual(["writer", "scout", "clerk"]);
    await click(page.locator("[data-group]").first().getByRole("button").first());
    await expect.poll(() => groups(page)).toEqual(["render", "lookup"]);
    expect(clicks).toBe(4);
    await page
      .getByRole("columnheader", { name: "p95" })
      .and(page.locator("[aria-sort=descending]"))
      .waitFor();

    const shared = await browser.newPage();
    await signIn(shared, product);
    await shared.goto(page.url());
    await expect.poll(() => groups(shared)).toEqual(["render", "lookup"]);
    expect(await chips(shared)).toContain("agent writer");
  });
});

describe("the traces explorer", () => {
  it("narrows by facets and by conditions on attributes, and tells it in the address", async () => {
    const page = await open("/traces?from=1h");
    await page.getByRole("complementary", { name: "Facets" }).getByLabel("writer").check();
    await expect.poll(() => rowCount(page)).toBe(4);
    expect(page.url()).toContain("agent=writer");
    await page.getByRole("button", { name: "Attribute", exact: true }).click();
    const dialog = page.getByRole("dialog", { name: "Filter by attribute" });
    await dialog.getByLabel("Attribute").fill("run.number");
    await dialog.getByLabel("Operator").selectOption({ label: "more than" });
    await dialog.getByLabel("Value").fill("5");
    await page.keyboard.press("Enter");
    await expect.poll(() => rowCount(page)).toBe(2);
    expect(await chips(page)).toContain("run.number more than 5");
    expect(new URL(page.url()).searchParams.get("where")).toBe("run.number>5");
    await page.goBack();
    await expect.poll(() => rowCount(page)).toBe(4);
  });

  it("finds words in messages", async () => {
    const page = await open("/traces?from=1h");
    await page.getByRole("searchbox", { name: "Find words in messages" }).fill("zebra");
    await expect.poll(() => rowCount(page)).toBe(1);
  });

  it("lists spans too, the slowest first where wanted", async () => {
    const page = await open("/traces?from=1h");
    await page.getByRole("tab", { name: "Spans" }).click();
    await page.getByLabel("Order").selectOption({ label: "Slowest first" });
    const grid = page.getByRole("grid", { name: "Spans" });
    await expect.poll(() => grid.locator("[data-row]").first().innerText()).toMatch(/invoke_agent/);
    await page.getByRole("complementary", { name: "Facets" }).getByLabel("crawl").check();
    await expect.poll(() => grid.locator("[data-row]").count()).toBe(4);
    await grid.locator("[data-row]").first().click();
    await page
      .getByRole("region", { name: "Span details" })
      .getByRole("heading", { name: /crawl/ })
      .waitFor();
  });

  it("exports all that match, not only what is loaded", async () => {
    const page = await open("/traces?from=1h&agent=writer");
    await expect.poll(() => rowCount(page)).toBe(4);
    const lines: Record<string, number> = {};
    for (const format of ["CSV", "JSON"]) {
      await page.getByRole("button", { name: "Export", exact: true }).click();
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("menuitem", { name: new RegExp(`^${format}`) }).click(),
      ]);
      const text = await readFile((await download.path())!, "utf8");
      lines[format] = text.trim().split("\n").length;
      expect(text).toContain("invoke_agent writer");
      expect(text).not.toContain("invoke_agent scout");
    }
    expect(lines).toEqual({ CSV: 5, JSON: 4 });
  });

  it("keeps columns, their order and width", async () => {
    const page = await open("/traces?from=1h");
    await page.getByRole("button", { name: "Columns", exact: true }).click();
    const menu = page.getByRole("dialog", { name: "Columns" });
    await menu.getByLabel("Service", { exact: true }).check();
    await menu.getByLabel("Model", { exact: true }).uncheck();
    await menu.getByRole("button", { name: "Move Name to the left" }).click();
    await menu.getByLabel("Compact rows").check();
    await page.keyboard.press("Escape");
    await expect.poll(() => headers(page)).toMatch(/^Name Time Agent Status .* Service$/);
    await page.getByRole("button", { name: /^Width of Name/ }).press("ArrowRight");
    await expect.poll(() => new URL(page.url()).searchParams.get("cols")).toMatch(/^name:\d+,time/);
    // Another visit without a word about columns shows them as they were left.
    await page.goto(`${product.url}/p/default/traces?from=1h`);
    await expect.poll(() => headers(page)).toMatch(/^Name Time Agent Status .* Service$/);
  });

  it("saves a view, shares, stars and deletes it, and takes the deletion back", async () => {
    const page = await open("/traces?from=1h&agent=writer");
    await expect.poll(() => rowCount(page)).toBe(4);
    await page.getByRole("button", { name: "Views", exact: true }).click();
    await page.getByRole("button", { name: "Save this view…" }).click();
    await page.getByLabel("Name", { exact: true }).fill("Writers");
    await page.getByLabel("Share with everyone in the project").check();
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText("“Writers” saved").waitFor();

    await page.goto(`${product.url}/p/default/traces?from=1h`);
    await expect.poll(() => rowCount(page)).toBe(12);
    await page.getByRole("button", { name: "Views", exact: true }).click();
    const list = page.getByRole("list", { name: "Saved views" });
    await list.getByRole("button", { name: "Star Writers" }).click();
    await list.getByRole("button", { name: "Unstar Writers" }).waitFor();
    await list.getByRole("button", { name: /^Writers/ }).click();
    await expect.poll(() => rowCount(page)).toBe(4);
    expect(await chips(page)).toContain("agent writer");

    await page.getByRole("button", { name: "Writers", exact: true }).click();
    await list.getByRole("button", { name: "More about Writers" }).click();
    await page.getByRole("menuitem", { name: "Delete" }).click();
    await page.getByText("“Writers” deleted").waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByText("“Writers” is back").waitFor();

    await page.getByRole("button", { name: "Writers", exact: true }).click();
    await list.getByRole("button", { name: "More about Writers" }).click();
    await page.getByRole("menuitem", { name: "Open the page with it" }).click();
    await page.goto(`${product.url}/p/default/traces`);
    await expect.poll(() => new URL(page.url()).searchParams.get("agent")).toBe("writer");
    await expect.poll(() => rowCount(page)).toBe(4);
  });

  it("peeks at a trace beside the list, walked by J and K, closed by Escape", async () => {
    const page = await open("/traces?from=1h");
    const rows = page.getByRole("grid", { name: "Traces" }).locator("[data-row]");
    await rows.first().waitFor();
    await page.keyboard.press("j");
    await page.keyboard.press("p");
    const peek = page.getByRole("region", { name: "Peek" });
    await peek.getByRole("treeitem").first().waitFor();
    const first = new URL(page.url()).searchParams.get("peek");
    await page.keyboard.press("j");
    await expect.poll(() => new URL(page.url()).searchParams.get("peek")).not.toBe(first);
    await peek.getByRole("button", { name: "Previous trace" }).click();
    await expect.poll(() => new URL(page.url()).searchParams.get("peek")).toBe(first);
    await page.getByRole("grid", { name: "Traces" }).focus();
    await page.keyboard.press("Escape");
    await peek.waitFor({ state: "detached" });
  });

  it("compares two ticked traces, and tells what is different about failed spans", async () => {
    const page = await open(`/traces?from=1h&selected=${ids[0]}&selected=${ids[1]}`);
    await page.getByRole("link", { name: "Compare", exact: true }).click();
    await page.getByRole("heading", { name: "Compare traces" }).waitFor();
    const options = page.getByRole("listbox", { name: "Spans of both traces" }).getByRole("option");
    await options.first().waitFor();
    expect(await options.filter({ hasText: "execute_tool" }).count()).toBeGreaterThan(1);
    await page.getByRole("option", { name: /^chat/ }).first().click();
    const panel = page.getByRole("region", { name: "Difference of the span" });
    await panel.locator("ins").first().waitFor();
    await page.getByLabel("Only differences").check();
    expect(page.url()).toContain("only=differences");

    await page.goto(`${product.url}/p/default/traces?from=1h&selected=${ids[0]}`);
    await page.getByRole("button", { name: "What is different…" }).click();
    const different = page.getByRole("region", { name: "What is different" });
    await different.getByText(/4 spans against/).waitFor();
    await different.getByText("crawl").first().waitFor();
  });
});

async function open(path: string): Promise<Page> {
  const page = await browser.newPage();
  await signIn(page, product);
  await page.goto(`${product.url}/p/default${path}`);
  return page;
}

const rowCount = (page: Page) => page.getByRole("grid", { name: "Traces" }).locator("[data-row]").count();
const groups = (page: Page) =>
  page.locator("[data-group]").evaluateAll((rows) => rows.map((row) => row.getAttribute("data-group")));
const headers = async (page: Page) =>
  (await page.getByRole("grid", { name: "Traces" }).getByRole("columnheader").allInnerTexts())
    .map((text) => text.trim())
    .filter((text) => text !== "Select all loaded")
    .filter(Boolean)
    .join(" ");
const chips = async (page: Page) =>
  (await page.getByRole("list", { name: "Filters in use" }).getByRole("listitem").allInnerTexts()).map(
    (text) => text.replace(/\s+/g, " ").trim(),
  );

/** One run of an agent: a call of a model, and two tools. */
function agentRun(agent: string, startMs: number, run: number): TestSpanInput[] {
  const traceId = newTraceId();
  ids.push(traceId);
  const root = newSpanId();
  const own = { "gen_ai.agent.name": agent, "run.number": run };
  const message = (role: string, content: string) => ({ role, parts: [{ type: "text", content }] });
  const words = run === 4 ? "the zebra crossing" : `question ${run}`;
  const tool = (name: string, at: number, durationMs: number, failed = false): TestSpanInput => ({
    traceId,
    parentSpanId: root,
    name: `execute_tool ${name}`,
    startMs: startMs + at,
    durationMs,
    attributes: { "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": name, ...own },
    status: failed ? { code: 2, message: "It broke." } : undefined,
  });
  return [
    {
      traceId,
      spanId: root,
      name: `invoke_agent ${agent}`,
      startMs,
      durationMs: 9_000,
      attributes: { "gen_ai.operation.name": "invoke_agent", ...own },
    },
    {
      traceId,
      parentSpanId: root,
      name: "chat gpt-4o",
      startMs: startMs + 10,
      durationMs: 600,
      attributes: {
        "gen_ai.operation.name": "chat",
        "gen_ai.request.model": "gpt-4o",
        "gen_ai.provider.name": "openai",
        "gen_ai.usage.input_tokens": agent === "writer" ? 50_000 : agent === "scout" ? 5_000 : 500,
        "gen_ai.usage.output_tokens": 100,
        "gen_ai.input.messages": JSON.stringify([message("user", words)]),
        "gen_ai.output.messages": JSON.stringify([message("assistant", `answer ${run}`)]),
        ...own,
      },
    },
    tool("lookup", 1_000, 50 + run),
    agent === "scout" ? tool("crawl", 2_000, 6_000, true) : tool("render", 2_000, 1_500 + run),
  ];
}

import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openBrowser, signIn, type TestBrowser } from "./support/browser.ts";
import { PREPARED, type Product, startProduct } from "./support/product.ts";
import { newSpanId, newTraceId, sendSpans, type TestSpanInput } from "./support/telemetry.ts";

const TRACES = 300;
const AGENTS = ["billing-agent", "research-agent", "support-agent"];

let product: Product;
let browser: TestBrowser;
/** Trace ids, newest first, as the list shows them. */
let ids: string[];

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ env: PREPARED }), openBrowser()]);
  ids = Array.from({ length: TRACES }, newTraceId);
  const now = Date.now();
  await sendSpans(
    product,
    ids.flatMap((traceId, index) => agentTrace(traceId, index, now - 60_000 - index * 1_000)),
  );
});

afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

describe("the list of traces", () => {
  it("filters by agent, status and attribute; the URL keeps it over a reload, back and forward", async () => {
    const page = await openList();
    await openMenu(page, "Agent", "Filter by agent");
    await page.getByRole("dialog", { name: "Filter by agent" }).getByLabel("billing-agent").check();
    await page.keyboard.press("Escape");
    await expectRows(
      page,
      ids.filter((_, index) => index % 3 === 0),
    );

    await openMenu(page, "Status", "Filter by status");
    await page.getByRole("dialog", { name: "Filter by status" }).getByLabel("Error", { exact: true }).check();
    await page.keyboard.press("Escape");
    await expectRows(
      page,
      ids.filter((_, index) => index % 30 === 0),
    );

    await page.getByRole("button", { name: "Attribute", exact: true }).click();
    await page
      .getByRole("dialog", { name: "Filter by attribute" })
      .getByLabel("Attribute")
      .fill("tenant.id=acme");
    await page.getByRole("button", { name: "Add filter" }).click();
    await expectRows(
      page,
      ids.filter((_, index) => index % 60 === 0),
    );

    const filtered = page.url();
    await page.reload();
    await expectRows(
      page,
      ids.filter((_, index) => index % 60 === 0),
    );
    expect(page.url()).toBe(filtered);
    expect(await chips(page)).toEqual(["agent billing-agent", "status error", "tenant.id is acme"]);

    await page.goBack();
    await expectRows(
      page,
      ids.filter((_, index) => index % 30 === 0),
    );
    await page.goForward();
    await expectRows(
      page,
      ids.filter((_, index) => index % 60 === 0),
    );

    await page.getByRole("button", { name: "Remove filter status error" }).click();
    await expectRows(
      page,
      ids.filter((_, index) => index % 12 === 0),
    );
    await page.getByRole("button", { name: "Clear filters" }).click();
    await expectRows(page, ids);
    expect(new URL(page.url()).search).toBe("");
  });

  it("says when the filters leave nothing, and takes them off", async () => {
    const page = await openList("?q=no-such-name&agent=billing-agent");
    await page.getByText("No trace matches").waitFor();
    await page.getByRole("button", { name: "Clear filters" }).last().click();
    await expectRows(page, ids);
  });

  it("loads all 300 traces by scrolling, each once and in order", async () => {
    const page = await openList();
    const seen = new Set<string>();
    const allSeen = async () => {
      const shown = await readScreenAndScroll(page);
      expect(new Set(shown).size).toBe(shown.length);
      for (const id of shown) seen.add(id);
      return seen.size === TRACES && (await page.getByText("end of the list").isVisible());
    };
    await expect.poll(allSeen).toBe(true);
    expect([...seen]).toEqual(ids);
    expect(await page.getByText("300 traces").count()).toBe(1);
    expect(await page.getByRole("grid", { name: "Traces" }).locator("[data-row]").count()).toBeLessThan(80);
  });

  it("is walked, searched and opened by keyboard", async () => {
    const page = await openList();
    await expectRows(page, ids);
    const activeId = () => new URL(page.url()).searchParams.get("row");
    await page.keyboard.press("j");
    await expect.poll(activeId).toBe(ids[0]);
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await page.keyboard.press("k");
    await expect.poll(activeId).toBe(ids[1]);
    const grid = page.getByRole("grid", { name: "Traces" });
    const active = await grid.getAttribute("aria-activedescendant");
    expect(await page.locator(`[id="${active}"]`).getAttribute("data-row")).toBe(ids[1]);

    await page.keyboard.press("Enter");
    await page.waitForURL((url) => url.pathname.endsWith(`/traces/${ids[1]}`));
    await page.goBack();
    await expect.poll(activeId).toBe(ids[1]);
    await expectRows(page, ids);
    await expect.poll(() => grid.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.keyboard.press("Escape");
    await expect.poll(activeId).toBe(null);

    await page.keyboard.press("/");
    const search = page.getByRole("searchbox", { name: /^Search traces/ });
    await expect.poll(() => search.evaluate((field) => field === document.activeElement)).toBe(true);
    // Letters that are hotkeys elsewhere are text here.
    await page.keyboard.type("job 7");
    await expectRows(
      page,
      ids.filter((_, index) => `invoke_agent job ${index}`.includes("job 7")),
    );
    await page.keyboard.press("Escape");
    await expectRows(page, ids);
    await page.keyboard.press("Escape");
    await expect.poll(() => search.evaluate((field) => field === document.activeElement)).toBe(false);
  });

  it("takes a time range as free text into the URL", async () => {
    const page = await openList();
    await page.getByRole("button", { name: /^Time range:/ }).click();
    const field = page.getByRole("dialog", { name: "Time range" }).getByLabel("Range");
    await field.fill("not a time");
    await page.getByText("Not a range yet").waitFor();
    await field.fill("30m");
    await field.press("Enter");
    await expect.poll(() => new URL(page.url()).searchParams.get("from")).toBe("30m");
    await page.getByRole("button", { name: "Time range: Last 30 minutes" }).waitFor();
    await expectRows(page, ids);
  });

  it("jumps from the command palette to a pasted trace id", async () => {
    const page = await openList();
    await expectRows(page, ids);
    await page.keyboard.press("Control+k");
    const palette = page.getByRole("dialog", { name: "Search and commands" });
    await palette.getByRole("combobox").fill(ids[250]!);
    await palette.getByRole("option", { name: `Go to trace ${ids[250]}` }).waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => url.pathname.endsWith(`/traces/${ids[250]}`));
    await page.getByRole("heading", { name: "invoke_agent job 250", level: 1 }).waitFor();
  });

  it("explains its keys on ?", async () => {
    const page = await openList();
    await expectRows(page, ids);
    await page.keyboard.press("?");
    const help = page.getByRole("dialog", { name: "Keyboard shortcuts" });
    for (const label of ["Next trace", "Search traces", "Search and commands", "Go to Traces"]) {
      await help.getByText(label, { exact: true }).waitFor();
    }
    await page.keyboard.press("Escape");
    await help.waitFor({ state: "hidden" });
  });
});

/** Every third trace is of one agent; every tenth failed; every fourth is of the tenant acme. */
function agentTrace(traceId: string, index: number, startMs: number): TestSpanInput[] {
  const root = newSpanId();
  const agent = AGENTS[index % AGENTS.length]!;
  return [
    {
      traceId,
      spanId: root,
      name: `invoke_agent job ${index}`,
      startMs,
      durationMs: 400 + index,
      attributes: {
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.agent.name": agent,
        "tenant.id": index % 4 === 0 ? "acme" : "globex",
      },
      status: index % 10 === 0 ? { code: 2, message: "It broke." } : undefined,
    },
    {
      traceId,
      parentSpanId: root,
      name: "chat gpt-5-mini",
      startMs: startMs + 50,
      durationMs: 200,
      attributes: { "gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-5-mini" },
    },
  ];
}

async function openList(search = ""): Promise<Page> {
  const page = await browser.newPage();
  await signIn(page, product);
  await page.goto(`${product.url}/p/default/traces${search}`);
  await page.getByRole("heading", { name: "Traces", level: 1 }).waitFor();
  return page;
}

async function openMenu(page: Page, button: string, dialog: string): Promise<void> {
  await page.getByRole("button", { name: button, exact: true }).click();
  await page.getByRole("dialog", { name: dialog }).waitFor();
}

/** Trace ids of the rows that are drawn, from top to bottom. */
const shownIds = (page: Page) =>
  page
    .getByRole("grid", { name: "Traces" })
    .locator("[data-row]")
    .evaluateAll((rows) =>
      rows
        .map((row) => ({
          index: Number(row.getAttribute("aria-rowindex")),
          id: row.getAttribute("data-row")!,
        }))
        .sort((a, b) => a.index - b.index)
        .map((row) => row.id),
    );

/** Waits until the list begins with these traces and, where it fits on the screen, holds no other. */
async function expectRows(page: Page, expected: string[]): Promise<void> {
  await expect
    .poll(async () => {
      const shown = await shownIds(page);
      return { top: shown.slice(0, 8), all: expected.length > 20 || shown.length === expected.length };
    })
    .toEqual({ top: expected.slice(0, 8), all: true });
}

/** The drawn rows' trace ids in order; scrolls on by a screen, but only once this one is drawn to its end. */
const readScreenAndScroll = (page: Page) =>
  page.getByRole("grid", { name: "Traces" }).evaluate((grid) => {
    const scroller = grid.parentElement!;
    const rows = [...grid.querySelectorAll("[data-row]")].sort(
      (a, b) => Number(a.getAttribute("aria-rowindex")) - Number(b.getAttribute("aria-rowindex")),
    );
    const end = rows.at(-1)?.getBoundingClientRect().bottom ?? 0;
    if (end >= scroller.getBoundingClientRect().bottom) scroller.scrollTop += scroller.clientHeight;
    return rows.map((row) => row.getAttribute("data-row")!);
  });

const chips = async (page: Page) =>
  (await page.getByRole("list", { name: "Filters in use" }).getByRole("listitem").allInnerTexts())
    .map((text) => text.replace(/\s+/g, " ").trim())
    .filter((text) => text !== "Clear filters")
    .sort();

import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openBrowser, signIn, type TestBrowser } from "./support/browser.ts";
import { PREPARED, type Product, startProduct } from "./support/product.ts";
import { newSpanId, newTraceId, sendSpans, type TestSpanInput } from "./support/telemetry.ts";

let product: Product;
let browser: TestBrowser;

/** Runs of each agent, and how many of them fail in a tool. */
const SENT = [
  { agent: "spender", runs: 6, failing: 2, tool: "slow_search", toolMs: 4_000, tokens: 100_000 },
  { agent: "saver", runs: 4, failing: 0, tool: "quick_lookup", toolMs: 50, tokens: 100 },
];

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ env: PREPARED }), openBrowser()]);
});

afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

describe("the overview", () => {
  it("leads to Connect while nothing was sent", async () => {
    const page = await open("/p/default/overview");
    await page.getByRole("heading", { name: "Nothing to oversee yet" }).waitFor();
    await page.getByRole("link", { name: "Connect an agent" }).click();
    await page.waitForURL(/\/connect/);
  });

  it("shows the figures of what was sent, and each leads to what is behind it", async () => {
    await sendSpans(product, SENT.flatMap(runsOf));
    const page = await open("/p/default/overview?from=1h");
    const figures = page.getByRole("region", { name: "Figures" });
    await expect.poll(() => figure(figures, "Executions")).toBe("10");
    expect(await figure(figures, "LLM calls")).toBe("10");
    expect(await figure(figures, "Tool calls")).toBe("10");
    expect(await figure(figures, "Error rate")).toBe("20 %");
    expect(await figure(figures, "Tokens")).toBe("600k");
    await figures.getByTitle("600,400").waitFor();

    const executions = page.getByRole("img", { name: "Executions", exact: true });
    await executions.locator("canvas").waitFor();
    const described = await executions.getAttribute("aria-describedby");
    expect(await page.locator(`[id="${described}"]`).textContent()).toMatch(
      /^Stacked bar chart from .* Failed: .*highest/,
    );

    await page.getByRole("button", { name: "View Executions as table" }).click();
    const table = page.getByRole("region", { name: "Executions, table" });
    expect(await sumOfColumn(table, 1)).toBe(8);
    expect(await sumOfColumn(table, 2)).toBe(2);

    const failures = page.getByRole("list", { name: "Recent failures" });
    expect(await failures.getByRole("listitem").first().textContent()).toContain("It broke.");
    await figures.getByRole("link", { name: /^Tool calls/ }).click();
    await page.waitForURL(/\/traces\?.*operation=execute_tool/);
    expect(new URL(page.url()).searchParams.get("from")).toBe("1h");
  });

  it("finds the slowest tool of the costliest agent of the last hour in four clicks, shared by its URL", async () => {
    const page = await open("/p/default/overview");
    await page.getByRole("button", { name: /^Time range/ }).click();
    await page.getByRole("button", { name: "Last hour" }).click();
    const agents = page.getByRole("table", { name: "Top agents" });
    await agents.getByRole("link").first().click();
    await page.waitForURL(/agent=spender/);
    const tools = page.getByRole("table", { name: "Top tools" });
    await expect.poll(() => tools.getByRole("rowheader").allTextContents()).toEqual(["slow_search6 calls"]);
    await tools.getByRole("link", { name: "slow_search" }).click();
    await page.waitForURL(/\/traces\?/);
    const shared = new URL(page.url()).searchParams;
    expect([shared.get("agent"), shared.get("tool"), shared.get("from")]).toEqual([
      "spender",
      "slow_search",
      "1h",
    ]);
  });

  it("counts what arrives while one looks, and takes it into its figures", async () => {
    const page = await open("/p/default/overview?from=1h");
    const figures = page.getByRole("region", { name: "Figures" });
    await expect.poll(() => figure(figures, "Executions")).toBe("10");
    await page.getByText("0 spans arrived in the last minute").waitFor();
    await sendSpans(product, runsOf({ ...SENT[1]!, runs: 1 }));
    await page.getByText("3 spans arrived in the last minute").waitFor();
    await expect.poll(() => figure(figures, "Executions")).toBe("11");
  });

  it("zooms into the stretch that is dragged over in a chart", async () => {
    const page = await open("/p/default/overview?from=1h");
    const plot = page.getByRole("img", { name: "Latency of executions" }).locator(".u-over");
    const box = (await plot.boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.5, box.y + 40);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.75, box.y + 40, { steps: 5 });
    await page.mouse.up();
    await page.waitForURL(/[?&]to=/);
    const { searchParams } = new URL(page.url());
    const length = Date.parse(searchParams.get("to")!) - Date.parse(searchParams.get("from")!);
    expect(length / 60_000).toBeCloseTo(15, -1);
  });
});

async function open(path: string): Promise<Page> {
  const page = await browser.newPage();
  await signIn(page, product);
  await page.goto(product.url + path);
  return page;
}

/** The value of a tile, without its delta. */
async function figure(figures: Locator, label: string): Promise<string | null> {
  const tile = figures
    .locator("a, div")
    .filter({ has: figures.page().getByText(label, { exact: true }) })
    .last();
  return tile.locator("[title].text-xl").textContent();
}

async function sumOfColumn(table: Locator, column: number): Promise<number> {
  const cells = await table.locator(`tbody tr td:nth-child(${column + 1})`).allTextContents();
  return cells.reduce((sum, text) => sum + (Number(text) || 0), 0);
}

function runsOf({ agent, runs, failing, tool, toolMs, tokens }: (typeof SENT)[number]): TestSpanInput[] {
  return Array.from({ length: runs }, (_, run): TestSpanInput[] => {
    const [traceId, root] = [newTraceId(), newSpanId()];
    const startMs = Date.now() - 120_000 + run * 1_000;
    const fails = run < failing;
    const status = fails ? { code: 2, message: "It broke." } : undefined;
    return [
      {
        traceId,
        spanId: root,
        name: `invoke_agent ${agent}`,
        startMs,
        durationMs: toolMs + 1_000,
        status,
        attributes: { "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": agent },
      },
      {
        traceId,
        parentSpanId: root,
        name: "chat gpt-5-mini",
        startMs: startMs + 10,
        durationMs: 900,
        attributes: {
          "gen_ai.operation.name": "chat",
          "gen_ai.agent.name": agent,
          "gen_ai.request.model": "gpt-5-mini",
          "gen_ai.provider.name": "openai",
          "gen_ai.usage.input_tokens": tokens,
        },
      },
      {
        traceId,
        parentSpanId: root,
        name: `execute_tool ${tool}`,
        startMs: startMs + 950,
        durationMs: toolMs,
        status,
        attributes: {
          "gen_ai.operation.name": "execute_tool",
          "gen_ai.agent.name": agent,
          "gen_ai.tool.name": tool,
        },
      },
    ];
  }).flat();
}

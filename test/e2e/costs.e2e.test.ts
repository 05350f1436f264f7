import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openBrowser, signIn, type TestBrowser } from "./support/browser.ts";
import { API_KEY, PREPARED, type Product, startProduct } from "./support/product.ts";
import { newSpanId, newTraceId, sendSpans, type TestSpanInput } from "./support/telemetry.ts";

let product: Product;
let browser: TestBrowser;

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ env: PREPARED }), openBrowser()]);
  await sendSpans(product, [
    ...agentRun("spender", "gpt-4o", 400_000),
    ...agentRun("spender", "house-model", 1_000_000),
    ...agentRun("frugal", "gpt-4o-mini", 1_000),
  ]);
});

afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

/** A run of an agent with one model call that does not name the agent. */
function agentRun(agent: string, model: string, inputTokens: number): TestSpanInput[] {
  const traceId = newTraceId();
  const spanId = newSpanId();
  const startMs = Date.now() - 60_000;
  return [
    {
      traceId,
      spanId,
      name: `invoke_agent ${agent}`,
      startMs,
      durationMs: 2_000,
      attributes: {
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.agent.name": agent,
        "user.id": "ann",
        "session.id": "s1",
        "deployment.environment.name": "production",
      },
    },
    {
      traceId,
      parentSpanId: spanId,
      name: `chat ${model}`,
      startMs: startMs + 10,
      durationMs: 1_500,
      attributes: {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": model,
        "gen_ai.usage.input_tokens": inputTokens,
        "deployment.environment.name": "production",
      },
    },
  ];
}

async function open(path: string): Promise<Page> {
  const page = await browser.newPage();
  await signIn(page, product);
  await page.goto(`${product.url}/p/default/costs${path}`);
  await page.getByRole("heading", { name: "Costs", level: 1 }).waitFor();
  return page;
}

const figure = (page: Page, name: string) =>
  page.getByRole("region", { name: "Figures" }).getByText(name, { exact: true }).locator("xpath=..");

/** What an agent's heartbeat is answered. */
async function heartbeat(agent: string): Promise<string> {
  const response = await fetch(`${product.url}/api/v1/agents/${agent}/heartbeat`, {
    method: "POST",
    headers: { "x-api-key": API_KEY, "content-type": "application/json" },
    body: "{}",
  });
  return ((await response.json()) as { directive: string }).directive;
}

describe("costs", () => {
  it("change when a price is set for a model and its spans are priced again", async () => {
    const page = await open("");
    await figure(page, "Cost").getByText("$1.00").waitFor();
    await page.getByRole("table", { name: "By agent" }).getByText("spender").waitFor();
    await page.getByRole("button", { name: "Set a price for house-model" }).click();
    const price = page.getByRole("dialog", { name: "Set a price" });
    await price.getByLabel("Input", { exact: true }).fill("0,5");
    await price.getByRole("button", { name: "Set price" }).click();
    await price.getByText("A number from 0.").waitFor();
    await price.getByLabel("Output", { exact: true }).fill("2");
    await price.getByRole("button", { name: "Set price" }).click();
    await price.waitFor({ state: "hidden" });

    await page.getByRole("tab", { name: "Prices" }).click();
    await page.getByRole("button", { name: "Price spans of house-model again" }).click();
    const again = page.getByRole("dialog", { name: "Price stored spans again" });
    await again.getByText("1 span change from").waitFor();
    await again.getByRole("button", { name: "Price 1 span again" }).click();
    await page.getByRole("list", { name: "Runs" }).getByText("completed").waitFor();

    await page.getByRole("tab", { name: "Spending" }).click();
    await figure(page, "Cost").getByText("$1.50").waitFor();
    await page.getByRole("button", { name: "Set a price for house-model" }).waitFor({ state: "detached" });
  });

  it("over a hard budget stop the agent, until someone lets it go on", async () => {
    expect(await heartbeat("spender")).toBe("continue");
    const page = await open("?tab=budgets");
    await page.getByRole("button", { name: "New budget" }).click();
    const dialog = page.getByRole("dialog", { name: "New budget" });
    await dialog.getByLabel("Name", { exact: true }).fill("spender, daily");
    await dialog.getByLabel("Agent's name").fill("spender");
    await dialog.getByLabel("Limit", { exact: true }).fill("0.80");
    await dialog.getByLabel("At the limit").selectOption("hard");
    await dialog.getByRole("button", { name: "Create budget" }).click();
    await dialog.waitFor({ state: "hidden" });
    await page.getByRole("list", { name: "Budgets" }).getByText("Over budget").waitFor();
    await page.getByRole("list", { name: "Flags" }).getByText("Stopped").waitFor();
    expect(await heartbeat("spender")).toBe("stop");
    expect(await heartbeat("frugal")).toBe("continue");
    await page.getByRole("button", { name: "Let spender go on" }).click();
    await page.getByRole("list", { name: "Flags" }).getByText("Stopped").waitFor({ state: "detached" });
    await expect.poll(() => heartbeat("spender")).toBe("continue");
  });

  it.each(["", "?tab=budgets", "?tab=prices"])("are accessible and fit a phone, at costs%s", async (path) => {
    for (const colorScheme of ["light", "dark"] as const) {
      const page = await browser.newPage({ viewport: { width: 360, height: 740 }, colorScheme });
      await signIn(page, product);
      await page.goto(`${product.url}/p/default/costs${path}`);
      await page.getByRole("tabpanel").waitFor();
      await page.waitForLoadState("networkidle");
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(width).toBeLessThanOrEqual(360);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    }
  });
});

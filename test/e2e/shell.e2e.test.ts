import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openBrowser, signIn, type TestBrowser } from "./support/browser.ts";
import { PREPARED, type Product, startProduct } from "./support/product.ts";
import { newTraceId, sendSpans } from "./support/telemetry.ts";

const traceId = newTraceId();
let product: Product;
let browser: TestBrowser;

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ env: PREPARED }), openBrowser()]);
  await sendSpans(product, [
    {
      traceId,
      name: "invoke_agent navigator",
      startMs: Date.now() - 5_000,
      durationMs: 500,
      attributes: { "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "navigator" },
    },
  ]);
});

afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

async function openOverview(): Promise<Page> {
  const page = await browser.newPage();
  await signIn(page, product);
  await page.goto(product.url);
  await page.waitForURL(/\/p\/default\/overview/);
  await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor();
  return page;
}

const param = (page: Page, name: string) => new URL(page.url()).searchParams.get(name);

describe("the shell", () => {
  it("starts on the overview, and goes from page to page by keyboard until that is turned off", async () => {
    const page = await openOverview();
    await page.keyboard.press("g");
    await page.keyboard.press("l");
    await page.waitForURL(/\/p\/default\/logs/);
    await page.keyboard.press("g");
    await page.keyboard.press("m");
    await page.waitForURL(/\/p\/default\/metrics/);

    await page.keyboard.press("?");
    const help = page.getByRole("dialog", { name: "Keyboard shortcuts" });
    await help.getByLabel("Single-key shortcuts").uncheck();
    await page.keyboard.press("Escape");
    await page.keyboard.press("g");
    await page.keyboard.press("o");
    await page.keyboard.press("Control+k");
    await page.getByRole("option").first().waitFor();
    expect(new URL(page.url()).pathname).toBe("/p/default/metrics");
  });

  it("keeps range, comparison and refresh in the URL from page to page", async () => {
    const page = await openOverview();
    await page.getByRole("button", { name: "Compare with the period before" }).click();
    await expect.poll(() => param(page, "compare")).toBe("previous");
    await page.getByRole("button", { name: /^Refresh/ }).click();
    await page.getByRole("menuitemradio", { name: "Every 30 seconds" }).click();
    await expect.poll(() => param(page, "refresh")).toBe("30s");
    await page.getByRole("button", { name: "Zoom out" }).click();
    await expect.poll(() => param(page, "from")).toBe("48h");
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Metrics" }).click();
    await page.waitForURL(/\/metrics/);
    expect([param(page, "compare"), param(page, "refresh"), param(page, "from")]).toEqual([
      "previous",
      "30s",
      "48h",
    ]);
    await page.getByRole("button", { name: "Earlier" }).click();
    await expect.poll(() => param(page, "to")).toMatch(/^\d{4}-/);
    await page.getByRole("button", { name: "Compare with the period before" }).click();
    await expect.poll(() => param(page, "compare")).toBeNull();
  });

  it("finds agents by name and traces by a pasted id in the command palette", async () => {
    const page = await openOverview();
    await page.keyboard.press("Control+k");
    const field = page.getByRole("combobox", { name: "Search and commands" });
    await field.fill("navig");
    await page.getByRole("option", { name: "navigator" }).click();
    await page.waitForURL(/\/p\/default\/agents\//);

    await page.keyboard.press("Control+k");
    await field.fill(traceId);
    await page.getByRole("option", { name: `Go to trace ${traceId}` }).click();
    await page.waitForURL(new RegExp(`/traces/${traceId}`));
  });

  it("offers on a phone, inside the time picker, what has no room beside it", async () => {
    const page = await browser.newPage({ viewport: { width: 360, height: 740 } });
    await signIn(page, product);
    await page.goto(`${product.url}/p/default/overview`);
    await page.getByRole("button", { name: /^Time range/ }).click();
    await page
      .getByRole("dialog", { name: "Time range" })
      .getByRole("button", { name: "Compare with the period before" })
      .click();
    await expect.poll(() => param(page, "compare")).toBe("previous");
  });
});

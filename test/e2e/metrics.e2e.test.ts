import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openBrowser, signIn, type TestBrowser } from "./support/browser.ts";
import { sendGauge } from "./support/otlp-json.ts";
import { PREPARED, type Product, startProduct } from "./support/product.ts";
import { newTraceId, sendSpans } from "./support/telemetry.ts";

const traceId = newTraceId();
let product: Product;
let browser: TestBrowser;

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ env: PREPARED }), openBrowser()]);
});

afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

describe("the metrics explorer", () => {
  it("says how to send metrics while there are none", async () => {
    const page = await open("");
    await page.getByRole("heading", { name: "No metrics yet" }).waitFor();
  });

  it("charts a metric that was sent, grouped and filtered, shared by its URL", async () => {
    const now = Date.now();
    await sendSpans(product, [{ traceId, name: "measured", startMs: now - 60_000, durationMs: 100 }]);
    for (const [host, value] of [
      ["web-1", 100],
      ["web-2", 300],
    ] as const) {
      await sendGauge(
        product,
        { name: "queue.wait", unit: "ms", exemplarTraceId: traceId },
        Array.from({ length: 10 }, (_, n) => ({
          timeMs: now - 600_000 + n * 60_000,
          value: value + n,
          attributes: { "host.id": host },
        })),
      );
    }
    await sendGauge(product, { name: "heap.used", unit: "By" }, [{ timeMs: now - 60_000, value: 2048 }]);

    const page = await open("?from=1h");
    await page.getByRole("searchbox", { name: "Find a metric" }).fill("queue");
    await page
      .getByRole("list", { name: "Metrics" })
      .getByRole("button", { name: /queue\.wait/ })
      .click();
    const chart = page.getByRole("img", { name: /queue\.wait/ });
    await chart.locator("canvas").waitFor();

    await page.getByLabel("Aggregation of query A").selectOption("max");
    await page.getByLabel("Group query A by").selectOption("host.id");
    const figures = page.getByRole("table", { name: /figures$/ });
    await figures.getByRole("row", { name: /^web-2/ }).waitFor();
    expect(await figures.getByRole("row", { name: /^web-1/ }).textContent()).toContain("109 ms");
    expect(await figures.getByRole("row", { name: /^web-2/ }).textContent()).toContain("309 ms");

    await page.getByRole("button", { name: "Filter", exact: true }).click();
    const form = page.getByRole("dialog", { name: "Add a filter" });
    await form.getByLabel("Label").selectOption("host.id");
    await form.getByLabel("Value").fill("web-1");
    await form.getByRole("button", { name: "Add filter" }).click();
    await expect.poll(() => figures.locator("tbody tr").count()).toBe(1);

    const shared = await open(new URL(page.url()).search);
    await shared.getByRole("img", { name: "max of queue.wait where host.id=web-1 by host.id" }).waitFor();
    await shared
      .getByRole("region", { name: "Exemplars of queue.wait" })
      .getByRole("link", { name: traceId })
      .first()
      .click();
    await shared.waitForURL(new RegExp(`/traces/${traceId}`));
  });

  it("draws several metrics, one chart for each unit", async () => {
    const page = await open("?from=1h&query=max+queue.wait&query=max+heap.used");
    await page.getByRole("img", { name: "max of queue.wait" }).waitFor();
    await page.getByRole("img", { name: "max of heap.used" }).waitFor();
    expect(await page.getByRole("table", { name: /heap\.used, figures/ }).textContent()).toContain("2 KiB");
  });
});

async function open(search: string): Promise<Page> {
  const page = await browser.newPage();
  await signIn(page, product);
  await page.goto(`${product.url}/p/default/metrics${search}`);
  return page;
}

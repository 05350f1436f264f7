import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openBrowser, signIn, type TestBrowser } from "./support/browser.ts";
import { sendLogs } from "./support/otlp-json.ts";
import { PREPARED, type Product, startProduct } from "./support/product.ts";
import { newSpanId, newTraceId, sendSpans } from "./support/telemetry.ts";

const RECORDS = 450;
const [traceId, spanId] = [newTraceId(), newSpanId()];
let product: Product;
let browser: TestBrowser;

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ env: PREPARED }), openBrowser()]);
  const now = Date.now();
  await sendSpans(product, [
    { traceId, spanId, name: "behind the record", startMs: now - 60_000, durationMs: 500 },
  ]);
  await sendLogs(
    product,
    Array.from({ length: RECORDS }, (_, n) => ({
      timeMs: now - 60_000 - n * 1_000,
      body: `line ${n} of many`,
      severityNumber: n % 50 === 7 ? 17 : 9,
      attributes: { "line.number": n },
    })),
    "api",
  );
  await sendLogs(
    product,
    [
      {
        timeMs: now - 60_000 - 20_500,
        body: "the needle in the haystack",
        severityNumber: 13,
        attributes: { "shelf.name": "top" },
        traceId,
        spanId,
      },
    ],
    "api",
  );
});

afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

describe("the logs", () => {
  it("are counted by severity, listed newest first, and read on to the last", async () => {
    const page = await open("?from=1h");
    await record(page, "line 0 of many").waitFor();
    const chart = page.getByRole("img", { name: "Records over time" });
    await chart.locator("canvas").waitFor();
    const legend = page.getByRole("list", { name: "Series of Records over time" });
    expect((await legend.getByRole("button").allTextContents()).map((text) => text.trim())).toEqual([
      "error",
      "warn",
      "info",
    ]);
    const list = page.getByRole("list", { name: "Log records" });
    for (let turn = 0; turn < 12; turn++) {
      await list.evaluate((element) => element.parentElement!.scrollBy(0, 10_000));
      await page.waitForTimeout(100);
    }
    await page.getByText(`All ${RECORDS + 1} records of this time range`).waitFor();
    await record(page, `line ${RECORDS - 1} of many`).waitFor();
  });

  it("are found by severity, words and attribute, and the URL keeps it", async () => {
    const page = await open("?from=1h");
    await page.getByRole("searchbox", { name: "Search in messages" }).fill("needle");
    await expect.poll(() => count(page)).toBe(1);
    await page.getByRole("searchbox", { name: "Search in messages" }).fill("");
    await page.getByRole("button", { name: "Severity" }).click();
    await page.getByRole("dialog", { name: "Filter by severity" }).getByLabel("error").check();
    await page.keyboard.press("Escape");
    await expect.poll(() => count(page)).toBe(9);
    await page.getByRole("button", { name: "Attribute" }).click();
    await page.getByLabel("Condition").fill("line.number < 60");
    await page.keyboard.press("Enter");
    await expect.poll(() => count(page)).toBe(2);
    await page.reload();
    await expect.poll(() => count(page)).toBe(2);
    expect(new URL(page.url()).searchParams.getAll("where")).toEqual(["line.number<60"]);
    await page.getByRole("button", { name: "Clear filters" }).click();
    await record(page, "line 0 of many").waitFor();
  });

  it("unfold to their attributes, the lines around them and their trace", async () => {
    const page = await open("?from=1h&q=needle");
    await record(page, "the needle in the haystack").click();
    expect(new URL(page.url()).searchParams.get("log")).toMatch(/^[0-9a-f]{32}$/);
    const details = page.getByRole("table", { name: "Attributes of the record" });
    expect(await details.getByRole("row", { name: /shelf\.name/ }).textContent()).toContain("top");
    await page.getByRole("button", { name: "Lines around" }).click();
    const around = page.getByRole("region", { name: "Lines around" });
    await around.getByText("line 20 of many").waitFor();
    await around.getByText("line 21 of many").waitFor();
    expect(await around.locator("[aria-current]").textContent()).toContain("needle");
    await page.getByRole("link", { name: "Open its trace" }).click();
    await page.waitForURL(new RegExp(`/traces/${traceId}\\?.*span=${spanId}`));
    await page.getByRole("heading", { name: "behind the record", level: 1 }).waitFor();
  });

  it("arrive in the live tail while one looks; paused they wait and are counted", async () => {
    const page = await open("?tail=on");
    await page.getByText("Live", { exact: true }).last().waitFor();
    await page.getByText("Waiting for records").waitFor();
    const sentAt = Date.now();
    await sendLogs(product, [{ timeMs: sentAt, body: "fresh from the wire" }]);
    await record(page, "fresh from the wire").waitFor();

    await page.getByRole("button", { name: "Pause", exact: true }).click();
    await sendLogs(product, [{ timeMs: Date.now(), body: "while you were away" }]);
    await page.getByRole("button", { name: "1 new record" }).waitFor();
    expect(await record(page, "while you were away").count()).toBe(0);
    await page.getByRole("button", { name: "1 new record" }).click();
    await record(page, "while you were away").waitFor();
  });

  it("that came while the tail was cut off are caught up with", async () => {
    const page = await browser.newPage();
    await signIn(page, product);
    let refused = 0;
    await page.route("**/api/v1/logs/tail**", (route) =>
      refused++ === 0 ? route.fulfill({ status: 503 }) : route.continue(),
    );
    await page.goto(`${product.url}/p/default/logs?tail=on`);
    await page.getByText("The connection was lost; trying again.").waitFor();
    await sendLogs(product, [{ timeMs: Date.now(), body: "said into the void" }]);
    await record(page, "said into the void").waitFor();
    await page.getByText("Live", { exact: true }).last().waitFor();
  });

  it("keep their filters as a view under a name", async () => {
    const page = await open("?from=1h&severity=error");
    await expect.poll(() => count(page)).toBe(9);
    await page.getByRole("button", { name: "Views" }).click();
    await page.getByRole("button", { name: "Save this view…" }).click();
    const form = page.getByRole("dialog", { name: "Save this view" });
    await form.getByLabel("Name").fill("Only errors");
    await form.getByRole("button", { name: "Save" }).click();
    await page.getByRole("button", { name: "Only errors" }).waitFor();

    const later = await open("?from=1h");
    await record(later, "line 0 of many").waitFor();
    await later.getByRole("button", { name: "Views" }).click();
    await later
      .getByRole("list", { name: "Saved views" })
      .getByRole("button", { name: "Only errors", exact: true })
      .click();
    await expect.poll(() => count(later)).toBe(9);
    expect(new URL(later.url()).searchParams.get("severity")).toBe("error");
  });

  it("are exported as they are loaded", async () => {
    const page = await open("?from=1h&q=needle");
    await expect.poll(() => count(page)).toBe(1);
    await page.getByRole("button", { name: "Export" }).click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("menuitem", { name: "As CSV" }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^logs-.*\.csv$/);
  });
});

async function open(search: string): Promise<Page> {
  const page = await browser.newPage();
  await signIn(page, product);
  await page.goto(`${product.url}/p/default/logs${search}`);
  return page;
}

const records = (page: Page) =>
  page.getByRole("list", { name: "Log records" }).locator("[data-log] > button");
const record = (page: Page, text: string) => records(page).filter({ hasText: text });
const count = (page: Page) => records(page).count();

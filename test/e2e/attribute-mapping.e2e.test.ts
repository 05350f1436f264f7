import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openBrowser, signIn, type TestBrowser } from "./support/browser.ts";
import { PREPARED, type Product, startProduct } from "./support/product.ts";
import { newSpanId, newTraceId, sendSpans } from "./support/telemetry.ts";

let product: Product;
let browser: TestBrowser;

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ env: PREPARED }), openBrowser()]);
});

afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

describe("attribute mapping", () => {
  it("is found by pasting a span, and the next span is read by it", async () => {
    const page = await browser.newPage();
    await signIn(page, product);
    await page.goto(`${product.url}/p/default/settings/attribute-mapping`);
    await page
      .getByLabel("Span as JSON")
      .fill(
        JSON.stringify({ name: "answer", attributes: { "acme.llm": "gpt-4.1-mini", "acme.kind": "llm" } }),
      );
    await page.getByRole("button", { name: "Map acme.llm" }).click();
    await page.getByLabel("Stands for").selectOption("model");
    await page.getByRole("row", { name: /Model.*gpt-4.1-mini/ }).waitFor();
    await page.getByRole("button", { name: "Add", exact: true }).click();
    const table = page.getByRole("region", { name: "Attribute mappings" });
    await table.getByRole("row", { name: /acme\.llm.*Model/ }).waitFor();

    const traceId = newTraceId();
    await sendSpans(product, [
      {
        traceId,
        spanId: newSpanId(),
        name: "answer",
        startMs: Date.now() - 1000,
        durationMs: 500,
        attributes: { "acme.llm": "gpt-4.1-mini" },
      },
    ]);
    await page.goto(`${product.url}/p/default/traces/${traceId}`);
    await page.getByText("gpt-4.1-mini").first().waitFor();

    await page.goto(`${product.url}/p/default/settings/attribute-mapping`);
    await page.getByRole("button", { name: /^Remove the mapping of acme.llm/ }).click();
    await page.getByText("No mappings yet").waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    await table.getByRole("row", { name: /acme\.llm.*Model/ }).waitFor();
    expect(await page.getByText("No mappings yet").count()).toBe(0);
  });

  it("says what is wrong with a paste", async () => {
    const page = await browser.newPage();
    await signIn(page, product);
    await page.goto(`${product.url}/p/default/settings/attribute-mapping`);
    await page.getByLabel("Span as JSON").fill("{ not json");
    await page.getByRole("alert").filter({ hasText: "not a span as JSON" }).waitFor();
  });
});

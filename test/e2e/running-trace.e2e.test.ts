import { afterAll, beforeAll, expect, it } from "vitest";
import { markDocument, openBrowser, signIn, type TestBrowser } from "./support/browser.ts";
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

it("a trace that is open while its agent still runs grows without a reload, and ends", async () => {
  const trace = { traceId: newTraceId(), startMs: Date.now() - 5000 };
  const rootId = newSpanId();
  const chat = { ...trace, parentSpanId: rootId, durationMs: 800, name: "chat gpt-5-mini" };
  await sendSpans(product, [{ ...chat, attributes: { "gen_ai.operation.name": "chat" } }]);

  const page = await browser.newPage();
  await signIn(page, product);
  await page.goto(`${product.url}/p/default/traces/${trace.traceId}`);
  await page.getByRole("treeitem", { name: /^chat gpt-5-mini/ }).waitFor();
  await page.getByText("Running", { exact: true }).first().waitFor();
  const sameDocument = await markDocument(page);

  await sendSpans(product, [
    { ...chat, startMs: trace.startMs + 1000, name: "execute_tool lookup" },
    { ...trace, startMs: trace.startMs - 10, spanId: rootId, durationMs: 3000, name: "invoke_agent clerk" },
  ]);
  await page.getByRole("treeitem", { name: /^invoke_agent clerk/ }).waitFor();
  await page.getByRole("treeitem", { name: /^execute_tool lookup/ }).waitFor();
  await page.getByRole("heading", { name: "invoke_agent clerk" }).first().waitFor();
  await expect.poll(() => page.getByText("Running", { exact: true }).count()).toBe(0);
  expect(await sameDocument()).toBe(true);
});

import { afterAll, beforeAll, describe, it } from "vitest";
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

describe("data retention", () => {
  it("tells what a shorter time would remove before it is saved", async () => {
    const page = await browser.newPage();
    await signIn(page, product);
    await page.goto(`${product.url}/p/default/settings/retention`);
    const days = page.getByLabel("Days to keep traces");
    await days.fill("0");
    await page.getByText("1 to 3650").waitFor();
    await days.fill("30");
    await page.getByRole("button", { name: "Review the change" }).click();
    const dialog = page.getByRole("dialog", { name: "Change what is kept?" });
    await dialog.getByText("Nothing that is stored now is past the new days.").waitFor();
    await dialog.getByRole("button", { name: "Save", exact: true }).click();
    await dialog.waitFor({ state: "hidden" });
    await page.reload();
    await page.locator('input[value="30"]').waitFor();
  });

  it("lets a deletion be taken back, and forgets a trace when it is not", { timeout: 120_000 }, async () => {
    const traceId = newTraceId();
    const attributes = { "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "forgetful" };
    await sendSpans(product, [
      {
        traceId,
        spanId: newSpanId(),
        name: "invoke_agent forgetful",
        startMs: Date.now() - 1000,
        durationMs: 500,
        attributes,
      },
    ]);
    const page = await browser.newPage();
    await signIn(page, product);
    await page.goto(`${product.url}/p/default/settings/retention`);
    await page.getByRole("button", { name: "Delete data" }).click();
    const dialog = page.getByRole("dialog", { name: "Delete data" });
    await dialog.getByLabel("Trace id").fill(traceId);
    await dialog.getByRole("button", { name: "Delete", exact: true }).click();
    const list = page.getByRole("list", { name: "Deletions" });
    await list.getByText("Waits for its time.").waitFor();
    await list.getByRole("button", { name: "Cancel the deletion" }).click();
    await list.getByText("Cancelled.").waitFor();

    const response = await page.request.post(`${product.url}/api/v1/deletions`, {
      data: { kind: "trace", target: traceId, grace_seconds: 0 },
      headers: { "x-flightdeck-request": "1" },
    });
    if (response.status() !== 202) throw new Error(await response.text());
    await page.reload();
    await list.getByText(/Done, \d+ rows? removed\./).waitFor({ timeout: 60_000 });
    await page.goto(`${product.url}/p/default/traces/${traceId}`);
    await page.getByRole("heading", { name: "No such trace" }).waitFor();
  });
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { markDocument, openBrowser, signIn, type TestBrowser } from "./support/browser.ts";
import { API_KEY, PREPARED, type Product, startProduct } from "./support/product.ts";
import { newTraceId, sendSpans } from "./support/telemetry.ts";

let product: Product;
let browser: TestBrowser;

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ env: PREPARED }), openBrowser()]);
});

afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

async function report(
  method: "POST" | "PATCH",
  path: string,
  body: object,
): Promise<Record<string, unknown>> {
  const response = await fetch(`${product.url}/api/v1/${path}`, {
    method,
    headers: { "content-type": "application/json", "x-api-key": API_KEY },
    body: JSON.stringify(body),
  });
  expect(response.ok, await response.clone().text()).toBe(true);
  return (await response.json()) as Record<string, unknown>;
}

describe("an agent that reports itself", () => {
  it("shows by its first heartbeat, goes offline when they stop, and takes a new configuration", async () => {
    const page = await browser.newPage();
    await signIn(page, product);
    await page.goto(`${product.url}/p/default/agents`);
    await page.getByText("No agents yet").waitFor();
    const sameDocument = await markDocument(page);

    const beat = () => report("POST", "agents/courier/heartbeat", { status: "running", interval_seconds: 1 });
    await beat();
    const card = page
      .getByRole("list", { name: "Agents" })
      .getByRole("listitem")
      .filter({ hasText: "courier" });
    await card.getByText("Running", { exact: true }).waitFor();
    // Three heartbeats are missing after a few seconds of silence.
    await card.getByText("Offline", { exact: true }).waitFor();
    expect(await page.getByRole("button", { name: /^Offline/ }).textContent()).toContain("1");
    await beat();
    await card.getByText("Running", { exact: true }).waitFor();
    expect(await sameDocument()).toBe(true);

    await card.getByRole("link", { name: "courier" }).click();
    await page.getByRole("heading", { level: 1, name: "courier" }).waitFor();
    await page.getByRole("tab", { name: "Configuration" }).click();
    await page.getByRole("button", { name: "Edit" }).click();
    const field = page.getByRole("textbox", { name: "Configuration as JSON" });
    await field.fill("{");
    await page.getByText(/not JSON yet/).waitFor();
    await field.fill('{"model": "gpt-5-mini"}');
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Configuration · version 2").waitFor();
    await page
      .getByRole("region", { name: "Differences" })
      .getByText(/gpt-5-mini/)
      .waitFor();
    expect(await beat()).toMatchObject({ directive: "continue", config_version: 2 });
  });

  it("has its run on screen from beginning to end", async () => {
    const page = await browser.newPage();
    await signIn(page, product);
    await page.goto(`${product.url}/p/default/executions`);
    await page.getByRole("heading", { level: 1, name: "Executions" }).waitFor();
    const sameDocument = await markDocument(page);

    await report("POST", "executions", {
      id: "night-run",
      agent: "courier",
      name: "deliver parcels",
      input: { n: 3 },
    });
    const row = page.getByRole("row", { name: "deliver parcels" });
    await row.getByText("Running").waitFor();
    await report("PATCH", "executions/night-run", {
      status: "succeeded",
      output: { delivered: 3 },
      cost_usd: 0.25,
    });
    await row.getByText("Succeeded").waitFor();
    expect(await sameDocument()).toBe(true);

    await page.getByRole("link", { name: "deliver parcels" }).click();
    await page
      .getByRole("region", { name: "Output" })
      .getByText(/"delivered": 3/)
      .waitFor();
    await page.goBack();
    await row.waitFor();
  });

  it("and its traces are one list, and a run leads to its trace", async () => {
    const traceId = newTraceId();
    await sendSpans(product, [
      {
        traceId,
        name: "invoke_agent courier",
        startMs: Date.now() - 3000,
        durationMs: 2000,
        attributes: { "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "courier" },
      },
    ]);
    const page = await browser.newPage();
    await signIn(page, product);
    await page.goto(`${product.url}/p/default/executions?agent=courier`);
    await page.getByRole("row", { name: "deliver parcels" }).waitFor();
    await page.getByRole("link", { name: "invoke_agent courier" }).click();
    await page.getByRole("link", { name: "Open its trace" }).click();
    await page.waitForURL(`**/traces/${traceId}*`);
  });
});

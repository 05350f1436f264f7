import { afterAll, beforeAll, expect, it } from "vitest";
import { openBrowser, signIn, type TestBrowser } from "./support/browser.ts";
import { PREPARED, type Product, startProduct } from "./support/product.ts";
import { newSpanId, newTraceId, sendSpans, type TestSpanInput } from "./support/telemetry.ts";

let product: Product;
let browser: TestBrowser;

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ env: PREPARED }), openBrowser()]);
  const now = Date.now();
  await sendSpans(product, [
    ...turn("conv-old", "bob", now - 600_000, ["Hello from Bob"]),
    ...turn("conv-new", "ann", now - 300_000, ["Where is my parcel?"]),
    ...turn("conv-new", "ann", now - 60_000, ["Where is my parcel?", "On its way.", "When does it come?"]),
  ]);
});

afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

it("sessions are listed by their newest activity and read as one conversation across traces", async () => {
  const page = await browser.newPage();
  await signIn(page, product);
  await page.goto(`${product.url}/p/default/sessions`);
  const rows = page.getByRole("grid", { name: "Sessions" }).locator("[data-row]");
  await expect.poll(() => rows.count()).toBe(2);
  await expect.poll(() => rows.first().innerText()).toMatch(/conv-new[\s\S]*Where is my parcel\?/);
  await page.getByRole("searchbox", { name: "Search sessions by id" }).fill("OLD");
  await expect.poll(() => rows.count()).toBe(1);
  await page.goBack();
  await page.goto(`${product.url}/p/default/sessions`);
  await rows.first().waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "conv-new", level: 1 }).waitFor();
  await page.getByText("When does it come?").waitFor();
  expect(await page.getByText("Where is my parcel?", { exact: true }).count()).toBe(1);
  await page.getByRole("tab", { name: "Traces 2" }).click();
  await page.getByRole("table", { name: "Traces of the session" }).getByRole("link").first().click();
  await page.getByRole("heading", { name: "invoke_agent helper", level: 1 }).waitFor();
});

it("users are listed with what they did, and lead to their sessions", async () => {
  const page = await browser.newPage();
  await signIn(page, product);
  await page.goto(`${product.url}/p/default/users`);
  const rows = page.getByRole("grid", { name: "Users" }).locator("[data-row]");
  await expect.poll(() => rows.count()).toBe(2);
  await rows.first().click();
  await page.getByRole("heading", { name: "ann", level: 1 }).waitFor();
  await page.getByRole("link", { name: "conv-new" }).click();
  await page.getByText("When does it come?").waitFor();
  await page.getByRole("link", { name: "ann", exact: true }).click();
  await page.getByRole("heading", { name: "Activity by day" }).waitFor();
});

/** One trace of a conversation, with all that was said before in its model's call. */
function turn(session: string, user: string, startMs: number, said: string[]): TestSpanInput[] {
  const traceId = newTraceId();
  const root = newSpanId();
  const own = { "gen_ai.conversation.id": session, "user.id": user };
  const message = (text: string, at: number) => ({
    role: at % 2 ? "assistant" : "user",
    parts: [{ type: "text", content: text }],
  });
  return [
    {
      traceId,
      spanId: root,
      name: "invoke_agent helper",
      startMs,
      durationMs: 2_000,
      attributes: { "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "helper", ...own },
    },
    {
      traceId,
      parentSpanId: root,
      name: "chat gpt-4o",
      startMs: startMs + 10,
      durationMs: 900,
      attributes: {
        "gen_ai.operation.name": "chat",
        "gen_ai.request.model": "gpt-4o",
        "gen_ai.input.messages": JSON.stringify(said.map(message)),
        "gen_ai.output.messages": JSON.stringify([message("On its way.", 1)]),
        ...own,
      },
    },
  ];
}

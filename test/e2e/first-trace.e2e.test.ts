import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type OpenAiStub, startOpenAiStub } from "#platform/testing/openai-stub/openai-stub.ts";
import { markDocument, openBrowser, type TestBrowser } from "./support/browser.ts";
import { runExampleAgent } from "./support/example-agent.ts";
import { type Product, startProduct } from "./support/product.ts";

const EMAIL = "first@example.com";
const PASSWORD = "a long enough password";

let product: Product;
let model: OpenAiStub;
let browser: TestBrowser;

beforeAll(async () => {
  [product, model, browser] = await Promise.all([
    startProduct({ launcher: true }),
    startOpenAiStub(),
    openBrowser(),
  ]);
});

afterAll(async () => {
  await browser?.close();
  await model?.stop();
  await product?.stop();
});

describe("from a fresh start to an agent's trace", () => {
  it("sets a password with the printed link, connects the example agent and reads its trace, live", async () => {
    const page = await browser.newPage();

    await setPassword(page);
    await page.waitForURL(/\/p\/[^/]+\/connect$/);
    const light = page.getByRole("status").filter({ hasText: "Waiting for the first span" });
    await light.getByText("Run your program").waitFor();

    await page.getByRole("button", { name: "Create key for these snippets" }).click();
    const environment = await shownEnvironment(page);
    expect(Object.keys(environment).sort()).toEqual([
      "OTEL_EXPORTER_OTLP_ENDPOINT",
      "OTEL_EXPORTER_OTLP_HEADERS",
      "OTEL_EXPORTER_OTLP_PROTOCOL",
      "OTEL_SERVICE_NAME",
    ]);
    const isSameDocument = await markDocument(page);
    const waitingColour = await backgroundOf(light);
    const env = { ...environment, OPENAI_BASE_URL: model.url };
    expect(await runExampleAgent(["Where is my order 1042?"], env)).toContain("shipped");

    const arrived = page.getByRole("status").filter({ hasText: "A span has just arrived" });
    await arrived.waitFor();
    await expect.poll(() => backgroundOf(arrived)).not.toBe(waitingColour);

    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Traces" }).click();
    await rows(page).first().waitFor();
    await chooseFacet(page, "Agent", "support-agent");
    const firstTrace = await topTrace(page);
    expect(await rows(page).count()).toBe(1);

    expect(await runExampleAgent(["Where is my order 1043?"], env)).toContain("delivered");
    await expect.poll(() => topTrace(page)).not.toBe(firstTrace);
    expect(await rows(page).count()).toBe(2);
    expect(await isSameDocument()).toBe(true);

    const listUrl = new URL(page.url());
    const secondTrace = await topTrace(page);
    await rows(page).first().getByRole("link", { name: "invoke_agent support-agent" }).click();
    await page.waitForURL((url) => url.pathname.endsWith(`/traces/${secondTrace}`));
    await readWaterfall(page);
    await readConversation(page);
    await findAttribute(page);
    expect(await isSameDocument()).toBe(true);

    await page.goBack();
    await page.waitForURL((url) => url.pathname === listUrl.pathname);
    expect(new URL(page.url()).searchParams.get("agent")).toContain("support-agent");
    await page.getByRole("list", { name: "Filters in use" }).getByText("support-agent").waitFor();
    await expect.poll(() => rows(page).count()).toBe(2);
  });

  it("says that the link is spent when it is opened again", async () => {
    const page = await browser.newPage();
    await page.goto(product.setupUrl!);
    await page.getByRole("heading", { name: "This link does not work" }).waitFor();
    expect(await page.getByRole("alert").textContent()).toContain("was used or has expired");
    expect(await page.getByLabel("Password", { exact: true }).count()).toBe(0);
    await page.getByRole("link", { name: "Go to sign-in" }).click();
    await page.getByLabel("Email").fill(EMAIL);
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL(/\/p\/[^/]+\/overview/);
  });
});

async function setPassword(page: Page): Promise<void> {
  await page.goto(product.setupUrl!);
  await page.getByLabel("Email").fill(EMAIL);
  const password = page.getByLabel("Password", { exact: true });
  await password.fill("too short");
  await page.getByRole("button", { name: "Set password and continue" }).click();
  expect(await password.getAttribute("aria-invalid")).toBe("true");
  await password.fill(PASSWORD);
  await page.getByRole("button", { name: "Set password and continue" }).click();
}

/** The variables of the Environment block, as a person would paste them into a terminal. */
async function shownEnvironment(page: Page): Promise<Record<string, string>> {
  const block = page.getByRole("region", { name: "Environment" });
  await block.filter({ hasNotText: "YOUR_FLIGHTDECK_KEY" }).waitFor();
  const lines = ((await block.textContent()) ?? "").matchAll(/^export (\w+)="(.*)"$/gm);
  return Object.fromEntries([...lines].map(([, name, value]) => [name!, value!]));
}

const backgroundOf = (element: Locator) => element.evaluate((node) => getComputedStyle(node).backgroundColor);

const rows = (page: Page) => page.getByRole("grid", { name: "Traces" }).locator("[data-row]");
const topTrace = (page: Page) =>
  page.getByRole("grid", { name: "Traces" }).locator('[aria-rowindex="2"]').getAttribute("data-row");

async function chooseFacet(page: Page, name: string, value: string): Promise<void> {
  await page.getByRole("button", { name, exact: true }).click();
  await page
    .getByRole("dialog", { name: `Filter by ${name.toLowerCase()}` })
    .getByLabel(value)
    .check();
  await page.keyboard.press("Escape");
}

async function readWaterfall(page: Page): Promise<void> {
  const items = page.getByRole("tree", { name: "Spans" }).getByRole("treeitem");
  await items.first().waitFor();
  const labels = await items.evaluateAll((all) => all.map((item) => item.getAttribute("aria-label") ?? ""));
  for (const name of ["invoke_agent support-agent", "chat gpt-5-mini", "execute_tool lookupOrder"]) {
    expect(labels.some((label) => label.startsWith(`${name},`))).toBe(true);
  }
}

/** The last call of the model was told everything before it: the question, the tool call and its result. */
async function readConversation(page: Page): Promise<void> {
  const chats = page.getByRole("tree", { name: "Spans" }).getByRole("treeitem", { name: /^chat / });
  await chats.last().click();
  const details = page.getByRole("region", { name: "Span details" });
  await details.getByRole("tab", { name: "Chat" }).click();
  const input = details.getByRole("region", { name: "Input" });
  await input.getByText("Where is my order 1043?", { exact: true }).waitFor();
  const call = input
    .getByRole("listitem")
    .filter({ hasText: "Assistant" })
    .filter({ hasText: "lookupOrder" });
  expect(await call.textContent()).toMatch(/orderId[\s\S]*1043/);
  const result = input.getByRole("listitem").filter({ hasText: "Tool result" });
  expect(await result.textContent()).toMatch(/coffee grinder/);
  const answer = details.getByRole("region", { name: "Output" }).getByRole("listitem");
  expect(await answer.textContent()).toMatch(/Assistant[\s\S]*delivered/);
}

async function findAttribute(page: Page): Promise<void> {
  const details = page.getByRole("region", { name: "Span details" });
  await details.getByRole("tab", { name: "Attributes" }).click();
  const table = details.getByRole("table", { name: "Attributes" });
  await table.waitFor();
  const before = await table.getByRole("row").count();
  await details.getByRole("searchbox", { name: "Find in attributes" }).fill("request.model");
  const found = table.getByRole("row").filter({ hasText: "gen_ai.request.model" });
  expect(await found.textContent()).toContain("gpt-5-mini");
  expect(await table.getByRole("row").count()).toBeLessThan(before);
}

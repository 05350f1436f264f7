import { type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { inject, onTestFinished } from "vitest";
import { saveEvidence } from "./evidence.ts";
import { ADMIN, type Product } from "./product.ts";

/** How long a page may take to show something: the machine may be busy. `expect.poll` waits as long. */
const SOON_MS = 20_000;

const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage",
];

/** A running Chromium; each page is a visitor of its own, without cookies of another. */
export interface TestBrowser {
  /** Opens an empty page for the running test; it is closed, and kept as evidence, when the test ends. */
  newPage(options?: BrowserContextOptions): Promise<Page>;
  close(): Promise<void>;
}

/** Starts Chromium headless. */
export async function openBrowser(): Promise<TestBrowser> {
  const browser = await chromium.launch({ executablePath: inject("chromiumPath"), args: ARGUMENTS });
  return {
    async newPage(options) {
      const context = await browser.newContext({
        locale: "en-US",
        viewport: { width: 1440, height: 900 },
        ...options,
      });
      context.setDefaultTimeout(SOON_MS);
      const page = await context.newPage();
      const log: string[] = [];
      page.on("console", (message) => log.push(`${message.type()}: ${message.text()}`));
      page.on("pageerror", (error) => log.push(`uncaught: ${error.stack}`));
      page.on("requestfailed", (request) =>
        log.push(`failed: ${request.url()} ${request.failure()?.errorText}`),
      );
      onTestFinished(async ({ task }) => {
        if (task.result?.state === "fail") await saveEvidence(page, task.name, log);
        await context.close();
      });
      return page;
    },
    close: () => browser.close(),
  };
}

/** Signs the page's visitor in, without the form; as the administrator of a `PREPARED` product unless told. */
export async function signIn(page: Page, product: Product, who = ADMIN): Promise<void> {
  const response = await page.request.post(`${product.url}/api/v1/auth/login`, {
    data: who,
    headers: { "x-flightdeck-request": "1" },
  });
  if (!response.ok()) throw new Error(`Signing in was answered ${response.status()}.`);
}

/**
 * Marks the document; the function it returns tells whether the page still shows that same document, so that
 * a reload cannot pass for a live update.
 */
export async function markDocument(page: Page): Promise<() => Promise<boolean>> {
  const origin = await page.evaluate(() => performance.timeOrigin);
  return async () => (await page.evaluate(() => performance.timeOrigin)) === origin;
}

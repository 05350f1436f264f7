import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openBrowser, signIn, type TestBrowser } from "./support/browser.ts";
import { ADMIN, PREPARED, type Product, startProduct } from "./support/product.ts";
import { newTraceId, sendSpans } from "./support/telemetry.ts";

const traceId = newTraceId();
let product: Product;
let browser: TestBrowser;

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ env: PREPARED }), openBrowser()]);
  await sendSpans(product, [
    { traceId, name: "behind the door", startMs: Date.now() - 1_000, durationMs: 500 },
  ]);
});

afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

describe("signing in", () => {
  it("sends a stranger to sign-in, says when the password is wrong, and leads back to the deep link", async () => {
    const page = await browser.newPage();
    await page.goto(`${product.url}/p/default/traces/${traceId}?tab=raw`);
    await page.waitForURL(/\/sign-in\?/);
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    expect(await page.content()).not.toContain("behind the door");

    await submit(page, "not the password at all");
    const alert = page.getByRole("alert").filter({ hasText: "E-mail address or password is wrong." });
    await alert.waitFor();
    const described = await page.getByLabel("Password", { exact: true }).getAttribute("aria-describedby");
    expect(described?.split(" ")).toContain(await alert.getAttribute("id"));

    await submit(page, ADMIN.password);
    await page.waitForURL(new RegExp(`/p/default/traces/${traceId}\\?tab=raw`));
    await page.getByRole("heading", { name: "behind the door", level: 1 }).waitFor();
    expect(await page.getByRole("tab", { name: "Raw JSON" }).getAttribute("aria-selected")).toBe("true");
  });

  it("has fields that password managers know", async () => {
    const page = await browser.newPage();
    await page.goto(`${product.url}/sign-in`);
    const email = page.getByLabel("Email");
    const password = page.getByLabel("Password", { exact: true });
    expect(await email.getAttribute("autocomplete")).toBe("username");
    expect(await email.getAttribute("type")).toBe("email");
    expect(await password.getAttribute("autocomplete")).toBe("current-password");
    expect(await password.getAttribute("type")).toBe("password");
    expect(await email.evaluate((field) => (field as HTMLInputElement).form !== null)).toBe(true);
    await password.fill("shown on request");
    await page.getByRole("button", { name: "Show password" }).click();
    expect(await password.getAttribute("type")).toBe("text");
    expect(await password.inputValue()).toBe("shown on request");
  });

  it("never leads to another site after signing in", async () => {
    const page = await browser.newPage();
    await page.goto(`${product.url}/sign-in?return_to=${encodeURIComponent("//example.com/")}`);
    await submit(page, ADMIN.password);
    await page.waitForURL((url) => url.origin === product.url && url.pathname.startsWith("/p/default/"));
  });

  it("keeps the session from scripts, and forgets it on signing out", async () => {
    const page = await browser.newPage();
    await signIn(page, product);
    await page.goto(`${product.url}/p/default/traces`);
    await page.getByRole("grid", { name: "Traces" }).waitFor();
    expect(await page.evaluate(() => document.cookie)).toBe("");
    expect(await profileStatus(page)).toBe(200);

    await page.getByRole("button", { name: /^Account/ }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.waitForURL(/\/sign-in/);
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    expect(await profileStatus(page)).toBe(401);

    await page.goBack();
    await page.waitForURL(/\/sign-in/);
    expect(await page.getByText("behind the door").count()).toBe(0);
  });

  it("answers the API call of a stranger's page with 401 and a problem that says so", async () => {
    const page = await browser.newPage();
    await page.goto(`${product.url}/sign-in`);
    const answer = await page.evaluate(async (path) => {
      const response = await fetch(path);
      return {
        status: response.status,
        type: response.headers.get("content-type"),
        body: await response.json(),
      };
    }, `/api/v1/traces/${traceId}`);
    expect(answer.status).toBe(401);
    expect(answer.type).toContain("application/problem+json");
    expect(answer.body).toMatchObject({ status: 401, code: expect.any(String), detail: expect.any(String) });
  });

  it("refuses a change that another site's form could send with the session's cookie", async () => {
    const page = await browser.newPage();
    await signIn(page, product);
    await page.goto(`${product.url}/p/default/settings/keys`);
    const status = await page.evaluate(async () => {
      const body = JSON.stringify({ name: "forged" });
      const headers = { "content-type": "application/json" };
      return (await fetch("/api/v1/api-keys?project=default", { method: "POST", body, headers })).status;
    });
    expect(status).toBe(403);
  });
});

async function submit(page: Page, password: string): Promise<void> {
  await page.getByLabel("Email").fill(ADMIN.email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

const profileStatus = (page: Page) =>
  page.evaluate(async () => (await fetch("/api/v1/users/profile")).status);

import { rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ProcessRole } from "../../bench/lib/process-tree.ts";
import { markDocument, openBrowser, signIn, type TestBrowser } from "./support/browser.ts";
import {
  ADMIN,
  API_KEY,
  freePorts,
  isReady,
  PREPARED,
  type Product,
  startProduct,
  startRefused,
  temporaryFolder,
} from "./support/product.ts";
import { newTraceId, sendSpans } from "./support/telemetry.ts";

const HEALS_WITHIN_MS = 30_000;

let dataFolder: string;
let product: Product;
let browser: TestBrowser;

beforeAll(async () => {
  dataFolder = await temporaryFolder();
  [product, browser] = await Promise.all([startProduct({ env: PREPARED, dataFolder }), openBrowser()]);
});

afterAll(async () => {
  await browser?.close();
  await product?.stop();
  await rm(dataFolder, { recursive: true, force: true });
});

describe("a product that is stopped and started again", () => {
  it("has the traces, the key and the session of before", async () => {
    const traceId = await sendTrace("before the restart");
    const cookie = await signedInCookie();
    await product.stop("SIGINT");
    product = await startProduct({ dataFolder, ports: product.ports });

    expect(await traceName(traceId)).toBe("before the restart");
    const profile = await fetch(`${product.url}/api/v1/users/profile`, { headers: { cookie } });
    expect(profile.status).toBe(200);
    expect(await profile.json()).toMatchObject({ user: { email: ADMIN.email } });
    expect(product.setupUrl).toBeUndefined();
    expect(product.apiKey).toBeUndefined();
    expect(await traceName(await sendTrace("after the restart"))).toBe("after the restart");
  });
});

describe("a page that is open while the product is restarted", () => {
  it("comes back by itself and shows what arrived before it was connected again", async () => {
    const page = await browser.newPage();
    await signIn(page, product);
    await page.goto(`${product.url}/p/default/traces`);
    await page.getByRole("button", { name: "Live. Pause updates" }).getByText("Live").waitFor();
    const isSameDocument = await markDocument(page);
    await product.stop();
    await page.getByRole("button", { name: "Live. Pause updates" }).getByText("Offline").waitFor();
    product = await startProduct({ dataFolder, ports: product.ports });
    const traceId = await sendTrace("while nobody listened");
    await page.locator(`[data-row="${traceId}"]`).waitFor();
    expect(await isSameDocument()).toBe(true);
  });
});

describe("a second process", () => {
  it("is refused the data folder of the first, with the number of the process that has it", async () => {
    const ports = await freePorts();
    const { code, output } = await startRefused({ dataFolder, ports });
    expect(code).toBe(1);
    expect(output.trim()).toBe(
      `flightdeck: Another Flightdeck (process ${product.pid}) uses the data folder ${dataFolder}. ` +
        "Stop it first, or set FLIGHTDECK_DATA to another folder.",
    );
    expect(await isReady(product.url)).toBe(true);
  });

  it.each([
    ["FLIGHTDECK_PORT", "http"],
    ["FLIGHTDECK_OTLP_PORT", "otlp"],
    ["FLIGHTDECK_OTLP_GRPC_PORT", "grpc"],
  ] as const)("is refused a port that is taken, with what to set instead: %s", async (variable, taken) => {
    const other = await temporaryFolder();
    const ports = { ...(await freePorts()), [taken]: product.ports[taken] };
    const { code, output } = await startRefused({ dataFolder: other, ports });
    await rm(other, { recursive: true, force: true });
    expect(code).toBe(1);
    expect(output.trim()).toBe(
      `flightdeck: Port ${product.ports[taken]} on 127.0.0.1 is taken by another program. ` +
        `Stop it, or set ${variable} to a free port.`,
    );
  });
});

describe.skipIf(process.platform !== "linux")("a product whose engine is killed", () => {
  it.each(["clickhouse", "postgres"] as const)("heals without a restart of its own: %s", async (role) => {
    const traceId = await sendTrace(`before ${role} is killed`);
    const victim = engine(role);
    process.kill(victim!, "SIGKILL");
    await until(async () => engine(role) !== undefined && engine(role) !== victim);
    await until(() => isReady(product.url));

    expect(await traceName(traceId)).toBe(`before ${role} is killed`);
    expect(await traceName(await sendTrace("after it healed"))).toBe("after it healed");
    const health = await (await fetch(`${product.url}/health`)).json();
    expect(health).toMatchObject({ status: "ok" });
    expect(product.processes()[0]?.pid).toBe(product.pid);
  });
});

/** The engine's main process: the server's own child. PostgreSQL has more below it. */
const engine = (role: ProcessRole) =>
  product.processes().find((one) => one.role === role && one.parent === product.pid)?.pid;

async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + HEALS_WITHIN_MS;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`It did not heal:\n${product.output()}`);
    await sleep(25);
  }
}

async function sendTrace(name: string): Promise<string> {
  const traceId = newTraceId();
  await sendSpans(product, [{ traceId, name, startMs: Date.now() - 1_000, durationMs: 500 }]);
  return traceId;
}

async function traceName(traceId: string): Promise<string> {
  const response = await fetch(`${product.url}/api/v1/traces/${traceId}`, {
    headers: { "x-api-key": API_KEY },
  });
  const body = (await response.json()) as { trace?: { name: string }; detail?: string };
  return body.trace?.name ?? `${response.status}: ${body.detail}`;
}

async function signedInCookie(): Promise<string> {
  const response = await fetch(`${product.url}/api/v1/auth/login`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-flightdeck-request": "1" },
    body: JSON.stringify(ADMIN),
  });
  expect(response.status).toBe(200);
  return response.headers.getSetCookie()[0]!.split(";")[0]!;
}

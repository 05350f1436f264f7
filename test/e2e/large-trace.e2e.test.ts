import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openBrowser, signIn, type TestBrowser } from "./support/browser.ts";
import { PREPARED, type Product, startProduct } from "./support/product.ts";
import { newTraceId, sendSpans, type TestSpanInput } from "./support/telemetry.ts";

const SPANS = 10_000;
/** Each agent step holds a call of the model and eight tools. */
const STEP_SPANS = 10;
/** Every 500th step ends in a failed tool. */
const FAILING_STEP = 500;
const MAX_DRAWN_ROWS = 300;
const SCREENS = 50;
/** Far above a smooth frame, since other programs share the machine; a list that is not virtual takes seconds. */
const MAX_P95_FRAME_MS = 100;

const traceId = newTraceId();
let product: Product;
let browser: TestBrowser;

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ env: PREPARED }), openBrowser()]);
  await sendSpans(product, largeTrace(Date.now() - 600_000));
});

afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

describe("a trace of 10,000 spans", () => {
  it("opens, draws only what is in view, and scrolls through 50 screens without long frames", async () => {
    const page = await openTrace();
    expect(await page.getByText(/^10,000$/).count()).toBeGreaterThan(0);
    expect(await items(page).count()).toBeLessThan(MAX_DRAWN_ROWS);

    const { p95FrameMs, most, last } = await scrollThrough(page, SCREENS);
    expect(most).toBeLessThan(MAX_DRAWN_ROWS);
    expect(last).toBeGreaterThan(SCREENS * 10);
    expect(p95FrameMs).toBeLessThan(MAX_P95_FRAME_MS);
  });

  it("finds a span by name, and jumps from error to error", async () => {
    const page = await openTrace();
    await page.getByRole("searchbox", { name: "Find in this trace" }).fill("needle");
    await page.getByRole("status").filter({ hasText: /^1$/ }).waitFor();
    await page.keyboard.press("Enter");
    const needle = page.getByRole("treeitem", { name: /^execute_tool needle/, selected: true });
    await needle.waitFor();
    await details(page).getByRole("heading", { name: "execute_tool needle" }).waitFor();
    expect(await inView(page, "execute_tool needle")).toBe(true);

    await page.getByRole("searchbox", { name: "Find in this trace" }).fill("");
    await page.getByRole("tree", { name: "Spans" }).press("Home");
    await expectActive(page, /^invoke_agent marathon/);
    const next = page.getByRole("button", { name: /^Next error/ });
    await next.click();
    await expectActive(page, /^execute_tool fails-500,.*error/);
    await details(page).getByText("It broke.").first().waitFor();
    await next.click();
    await expectActive(page, /^execute_tool fails-1000,.*error/);
  });

  it("is walked by keyboard from one end to the other", async () => {
    const page = await openTrace();
    await page.getByRole("tree", { name: "Spans" }).focus();
    await page.keyboard.press("ArrowDown");
    await expectActive(page, /^step 1,/);
    await page.keyboard.press("ArrowLeft");
    await expect
      .poll(() => page.getByRole("treeitem", { name: /^step 1,/ }).getAttribute("aria-expanded"))
      .toBe("false");
    await page.keyboard.press("ArrowDown");
    await expectActive(page, /^step 2,/);
    await page.keyboard.press("j");
    await expectActive(page, /^chat gpt-5-mini,/);
    await page.keyboard.press("k");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ArrowRight");
    await expect
      .poll(() => page.getByRole("treeitem", { name: /^step 1,/ }).getAttribute("aria-expanded"))
      .toBe("true");
    await page.keyboard.press("End");
    await expectActive(page, /^execute_tool /);
    expect(await page.getByRole("tree", { name: "Spans" }).evaluate(reachesEnd)).toBe(true);
    await page.keyboard.press("Home");
    await expectActive(page, /^invoke_agent marathon/);
    expect(await items(page).count()).toBeLessThan(MAX_DRAWN_ROWS);
  });
});

/** One agent, then steps of a chat and eight tools each. */
function largeTrace(startMs: number): TestSpanInput[] {
  const id = (index: number) => (index + 1).toString(16).padStart(16, "0");
  const spans: TestSpanInput[] = [
    {
      traceId,
      spanId: id(0),
      name: "invoke_agent marathon",
      startMs,
      durationMs: 500_000,
      attributes: { "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "marathon" },
    },
  ];
  for (let step = 1; spans.length < SPANS; step++) {
    const parent = id(spans.length);
    const at = startMs + step * 480;
    spans.push({
      traceId,
      spanId: parent,
      parentSpanId: id(0),
      name: `step ${step}`,
      startMs: at,
      durationMs: 470,
    });
    for (let child = 1; child < STEP_SPANS && spans.length < SPANS; child++) {
      const isChat = child === 1;
      const fails = child === STEP_SPANS - 1 && step % FAILING_STEP === 499;
      const tool = step === 700 && child === 5 ? "needle" : fails ? `fails-${step + 1}` : `tool-${child}`;
      spans.push({
        traceId,
        spanId: id(spans.length),
        parentSpanId: parent,
        name: isChat ? "chat gpt-5-mini" : `execute_tool ${tool}`,
        startMs: at + child * 40,
        durationMs: 35,
        attributes: isChat
          ? { "gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-5-mini" }
          : { "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": tool },
        status: fails ? { code: 2, message: "It broke." } : undefined,
      });
    }
  }
  return spans;
}

async function openTrace(): Promise<Page> {
  const page = await browser.newPage();
  await signIn(page, product);
  await page.goto(`${product.url}/p/default/traces/${traceId}`);
  await items(page).first().waitFor();
  return page;
}

const items = (page: Page) => page.getByRole("tree", { name: "Spans" }).getByRole("treeitem");
const details = (page: Page) => page.getByRole("region", { name: "Span details" });

async function expectActive(page: Page, name: RegExp): Promise<void> {
  await page.getByRole("treeitem", { name, selected: true }).waitFor();
}

/** Whether the row lies inside the scrolling box. */
const inView = (page: Page, label: string) =>
  page.getByRole("tree", { name: "Spans" }).evaluate((tree, label) => {
    const row = [...tree.querySelectorAll("[role=treeitem]")].find((one) =>
      one.getAttribute("aria-label")?.startsWith(label),
    );
    const box = tree.parentElement!.getBoundingClientRect();
    const at = row?.getBoundingClientRect();
    return at !== undefined && at.top >= box.top && at.bottom <= box.bottom;
  }, label);

const reachesEnd = (tree: Element) => {
  const box = tree.parentElement!;
  return box.scrollTop + box.clientHeight >= box.scrollHeight - 40;
};

/** Scrolls a screen per frame and times the frames, in the page itself. */
const scrollThrough = (page: Page, screens: number) =>
  page.getByRole("tree", { name: "Spans" }).evaluate(
    (tree, screens) =>
      new Promise<{ p95FrameMs: number; most: number; last: number }>((done) => {
        const box = tree.parentElement!;
        const frames: number[] = [];
        let most = 0;
        let before = performance.now();
        const onFrame = (now: number) => {
          frames.push(now - before);
          before = now;
          const rows = tree.querySelectorAll<HTMLElement>("[role=treeitem]");
          most = Math.max(most, rows.length);
          if (frames.length <= screens) {
            box.scrollTop += box.clientHeight;
            requestAnimationFrame(onFrame);
            return;
          }
          const sorted = frames.slice(1).sort((a, b) => a - b);
          const last = Math.max(...[...rows].map((row) => Number(row.dataset.node)));
          done({ p95FrameMs: sorted[Math.floor(sorted.length * 0.95)]!, most, last });
        };
        requestAnimationFrame(onFrame);
      }),
    screens,
  );

import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openBrowser, signIn, type TestBrowser } from "./support/browser.ts";
import { PREPARED, type Product, startProduct } from "./support/product.ts";
import { newSpanId, newTraceId, sendSpans, type TestSpanInput } from "./support/telemetry.ts";

const traceId = newTraceId();
const largeId = newTraceId();
const LARGE = 10_000;
/** Far above a smooth frame, since other programs share the machine. */
const MAX_P95_FRAME_MS = 150;
let product: Product;
let browser: TestBrowser;

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ env: PREPARED }), openBrowser()]);
  await sendSpans(product, exampleTrace(Date.now() - 60_000));
  await sendSpans(product, largeTrace(Date.now() - 600_000));
});

afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

describe("a trace in other shapes", () => {
  it("folds repeated calls into one row that opens", async () => {
    const page = await open(traceId);
    const folded = page.getByRole("treeitem", { name: /^execute_tool fetch, .*first of 6 equal calls/ });
    await folded.waitFor();
    expect(await page.getByRole("treeitem", { name: /^execute_tool fetch/ }).count()).toBe(1);
    await folded.getByText("×6").click();
    await expect.poll(() => page.getByRole("treeitem", { name: /^execute_tool fetch/ }).count()).toBe(6);
    await page.getByRole("tree", { name: "Spans" }).focus();
    await page.keyboard.press("Home");
    for (let step = 0; step < 2; step++) await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowLeft");
    await expect.poll(() => page.getByRole("treeitem", { name: /^execute_tool fetch/ }).count()).toBe(1);
  });

  it("marks the critical path and says what share a span has of it", async () => {
    const page = await open(traceId);
    await page
      .getByRole("treeitem", { name: /^chat gpt-4o, .*on the critical path/ })
      .first()
      .click();
    await details(page).getByText("Critical path").waitFor();
    expect(
      await details(page)
        .getByText(/\(\d+ %\)/)
        .count(),
    ).toBe(1);
    await page.getByRole("button", { name: "Critical path" }).click();
    await expect.poll(() => page.getByRole("treeitem", { name: /on the critical path/ }).count()).toBe(0);
  });

  it("zooms into a part of its time by dragging and by buttons, and back", async () => {
    const page = await open(traceId);
    await page.getByRole("treeitem").first().waitFor();
    await page.getByRole("button", { name: "Zoom in" }).click();
    await expect.poll(() => page.getByRole("button", { name: "Whole trace" }).isEnabled()).toBe(true);
    await page.getByRole("button", { name: "Whole trace" }).click();
    await expect.poll(() => page.getByRole("button", { name: "Whole trace" }).isEnabled()).toBe(false);
    const box = (await page.getByTitle(/^Drag to zoom/).boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.2, box.y + 10);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.6, box.y + 20, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => page.getByRole("button", { name: "Zoom out" }).isEnabled()).toBe(true);
  });

  it("is a flame graph that keys walk, whose choice the details follow", async () => {
    const page = await open(traceId, "&view=flame");
    const flame = page.getByRole("application", { name: "Flame graph" });
    await flame.focus();
    await page.keyboard.press("ArrowDown");
    await details(page).getByRole("heading", { name: "chat gpt-4o" }).waitFor();
    await page.keyboard.press("ArrowRight");
    await details(page).getByRole("heading", { name: "execute_tool fetch" }).waitFor();
    const before = await flame.getAttribute("data-view");
    await page.keyboard.press("Enter");
    await expect.poll(() => flame.getAttribute("data-view")).not.toBe(before);
    await page.keyboard.press("0");
    await expect.poll(() => flame.getAttribute("data-view")).toBe(before);
    await flame.hover({ position: { x: 200, y: 60 } });
    await page.mouse.wheel(0, -400);
    await expect.poll(() => flame.getAttribute("data-view")).not.toBe(before);
    // Back in the waterfall the same span is chosen.
    await page.getByRole("tab", { name: "Waterfall" }).click();
    await page.getByRole("treeitem", { name: /^execute_tool fetch/, selected: true }).waitFor();
  });

  it("is a graph of who called whom, and a list that says the same", async () => {
    const page = await open(traceId, "&view=agents");
    await page.locator(".react-flow__node").filter({ hasText: "lead" }).waitFor();
    expect(await page.locator(".react-flow__node").count()).toBe(4);
    await page.locator(".react-flow__node").filter({ hasText: "helper" }).click();
    await details(page).getByRole("heading", { name: "invoke_agent helper" }).waitFor();
    await page.getByText("List", { exact: true }).click();
    const row = page.getByRole("row").filter({ hasText: "fetch" });
    expect((await row.innerText()).split(/\s+/).slice(0, 3)).toEqual(["lead", "fetch", "6"]);
  });

  it("is a conversation with each message once", async () => {
    const page = await open(traceId, "&view=thread");
    const thread = page.getByRole("region", { name: "Conversation" });
    await thread.getByText("Which way to Oslo?").waitFor();
    expect(await thread.getByText("Which way to Oslo?").count()).toBe(1);
    expect(await thread.getByText("Northwards.").count()).toBe(1);
    await thread.getByText(/repetitions? of the history folded/).waitFor();
  });

  it("keeps the shape in the address, and copies a span as OTLP", async () => {
    const page = await open(traceId);
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.getByRole("tab", { name: "Flame graph" }).click();
    await expect.poll(() => page.url()).toContain("view=flame");
    await page.getByRole("tab", { name: "Attributes" }).waitFor();
    await page.getByRole("button", { name: "Share the span" }).click();
    await page.getByRole("menuitem", { name: "Copy as OTLP JSON" }).click();
    const copied = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));
    expect(copied.resourceSpans[0].scopeSpans[0].spans[0]).toMatchObject({
      traceId,
      name: "invoke_agent lead",
    });
  });
});

describe("the flame graph of 10,000 spans", () => {
  it("zooms and moves without long frames", async () => {
    const page = await open(largeId, "&view=flame");
    const flame = page.getByRole("application", { name: "Flame graph" });
    await flame.locator("canvas").waitFor();
    await flame.hover({ position: { x: 300, y: 60 } });
    const frames = page.evaluate(
      () =>
        new Promise<number>((done) => {
          const times: number[] = [];
          let before = performance.now();
          const onFrame = (now: number) => {
            times.push(now - before);
            before = now;
            if (times.length < 60) requestAnimationFrame(onFrame);
            else done(times.slice(1).sort((a, b) => a - b)[Math.floor(times.length * 0.95) - 1]!);
          };
          requestAnimationFrame(onFrame);
        }),
    );
    for (let turn = 0; turn < 20; turn++) await page.mouse.wheel(0, turn < 12 ? -120 : 120);
    const p95 = await frames;
    console.info(`flame graph of ${LARGE} spans: p95 frame ${p95.toFixed(1)} ms`);
    expect(p95).toBeLessThan(MAX_P95_FRAME_MS);
  });
});

async function open(id: string, search = ""): Promise<Page> {
  const page = await browser.newPage();
  await signIn(page, product);
  await page.goto(`${product.url}/p/default/traces/${id}?from=1h${search}`);
  await page.getByRole("tablist", { name: "Views of the trace" }).waitFor();
  return page;
}

const details = (page: Page) => page.getByRole("region", { name: "Span details" });

/** A lead agent with a model, six equal tool calls in a row, and a helper with a model of its own. */
function exampleTrace(startMs: number): TestSpanInput[] {
  const root = newSpanId();
  const helper = newSpanId();
  const message = (role: string, content: string) => ({ role, parts: [{ type: "text", content }] });
  const [question, answer] = [message("user", "Which way to Oslo?"), message("assistant", "Northwards.")];
  const chat = (parent: string, at: number, input: object[], output: object): TestSpanInput => ({
    traceId,
    parentSpanId: parent,
    name: "chat gpt-4o",
    startMs: startMs + at,
    durationMs: 400,
    attributes: {
      "gen_ai.operation.name": "chat",
      "gen_ai.request.model": "gpt-4o",
      "gen_ai.usage.input_tokens": 100,
      "gen_ai.usage.output_tokens": 20,
      "gen_ai.input.messages": JSON.stringify(input),
      "gen_ai.output.messages": JSON.stringify([output]),
    },
  });
  const agent = (spanId: string, name: string, at: number, durationMs: number, parent?: string) => ({
    traceId,
    spanId,
    ...(parent ? { parentSpanId: parent } : {}),
    name: `invoke_agent ${name}`,
    startMs: startMs + at,
    durationMs,
    attributes: { "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": name },
  });
  return [
    agent(root, "lead", 0, 3_000),
    chat(root, 10, [question], answer),
    ...Array.from({ length: 6 }, (_, at) => ({
      traceId,
      parentSpanId: root,
      name: "execute_tool fetch",
      startMs: startMs + 500 + at * 100,
      durationMs: 80,
      attributes: { "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "fetch" },
    })),
    agent(helper, "helper", 1_200, 900, root),
    chat(
      helper,
      1_300,
      [question, answer, message("user", "And back?")],
      message("assistant", "Southwards."),
    ),
  ];
}

/** One agent, and 10,000 calls in lanes of ten below steps. */
function largeTrace(startMs: number): TestSpanInput[] {
  const id = (index: number) => (index + 1).toString(16).padStart(16, "0");
  const spans: TestSpanInput[] = [
    { traceId: largeId, spanId: id(0), name: "invoke_agent marathon", startMs, durationMs: 500_000 },
  ];
  for (let step = 0; spans.length < LARGE; step++) {
    const parent = id(spans.length);
    const at = startMs + step * 490;
    spans.push({
      traceId: largeId,
      spanId: parent,
      parentSpanId: id(0),
      name: `step ${step}`,
      startMs: at,
      durationMs: 480,
    });
    for (let call = 0; call < 9 && spans.length < LARGE; call++) {
      spans.push({
        traceId: largeId,
        spanId: id(spans.length),
        parentSpanId: parent,
        name: `execute_tool tool-${call}`,
        startMs: at + call * 20,
        durationMs: 250,
        attributes: { "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": `tool-${call}` },
      });
    }
  }
  return spans;
}

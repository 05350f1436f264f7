import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openBrowser, signIn, type TestBrowser } from "./support/browser.ts";
import { sendGauge, sendLogs } from "./support/otlp-json.ts";
import { type Product, startProduct } from "./support/product.ts";
import { newSpanId, newTraceId, sendSpans, type TestSpanInput } from "./support/telemetry.ts";

const PASSWORD = "a long enough password";
const WIDE = { width: 1440, height: 900 };
const PHONE = { width: 360, height: 740 };

/** One state of the interface, and how to come to it. */
interface Scene {
  name: string;
  path: string;
  /** Makes the state complete, and returns when it can be judged. */
  arrive: (page: Page) => Promise<unknown>;
  /** Only this part is judged: the rest of the page is another scene's. */
  within?: string;
}

const traceId = newTraceId();
const [root, chat, failed] = [newSpanId(), newSpanId(), newSpanId()];
let product: Product;
let browser: TestBrowser;

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct(), openBrowser()]);
});

afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

/** Before the administrator has a password. */
const BEFORE_SETUP: Scene[] = [
  {
    name: "setup",
    path: "setup",
    arrive: (page) => page.getByRole("button", { name: "Set password and continue" }).waitFor(),
  },
];

const SIGNED_OUT: Scene[] = [
  {
    name: "spent link",
    path: "setup",
    arrive: (page) => page.getByRole("heading", { name: "This link does not work" }).waitFor(),
  },
  {
    name: "sign-in",
    path: "/sign-in",
    arrive: (page) => page.getByRole("button", { name: "Sign in" }).waitFor(),
  },
  {
    name: "sign-in with an error",
    path: "/sign-in",
    async arrive(page) {
      await page.getByLabel("Email").fill(`stranger-${newSpanId()}@example.com`);
      await page.getByLabel("Password", { exact: true }).fill("wrong");
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.getByRole("alert").filter({ hasText: "wrong" }).waitFor();
    },
  },
];

const WITHOUT_DATA: Scene[] = [
  {
    name: "overview, empty",
    path: "/p/default/overview",
    arrive: (page) => page.getByText("Nothing to oversee yet").waitFor(),
  },
  {
    name: "agents, empty",
    path: "/p/default/agents",
    arrive: (page) => page.getByText("No agents yet").waitFor(),
  },
  {
    name: "executions, empty",
    path: "/p/default/executions",
    arrive: (page) => page.getByText("No executions in this time range").waitFor(),
  },
  {
    name: "logs, empty",
    path: "/p/default/logs",
    arrive: (page) => page.getByText("No logs yet").waitFor(),
  },
  {
    name: "metrics, empty",
    path: "/p/default/metrics",
    arrive: (page) => page.getByText("No metrics yet").waitFor(),
  },
  {
    name: "traces, empty",
    path: "/p/default/traces",
    arrive: (page) => page.getByText("Waiting for the first trace").waitFor(),
  },
  {
    name: "connect, waiting",
    path: "/p/default/connect",
    arrive: (page) => page.getByText("Waiting for the first span").waitFor(),
  },
];

const TRACES_FURTHER: Scene[] = [
  {
    name: "trace, flame graph",
    path: `/p/default/traces/${traceId}?view=flame&span=${chat}`,
    arrive: (page) => page.getByRole("application", { name: "Flame graph" }).locator("canvas").waitFor(),
  },
  {
    name: "trace, agent graph",
    path: `/p/default/traces/${traceId}?view=agents`,
    arrive: (page) => page.getByTestId("rf__wrapper").locator(".react-flow__node").first().waitFor(),
  },
  {
    name: "trace, agent graph as a list",
    path: `/p/default/traces/${traceId}?view=agents`,
    async arrive(page) {
      await page.getByText("List", { exact: true }).click();
      await page.getByRole("table", { name: "Who called whom" }).waitFor();
    },
  },
  {
    name: "trace, thread",
    path: `/p/default/traces/${traceId}?view=thread`,
    arrive: (page) => page.getByText("You plan journeys.").waitFor(),
  },
  {
    name: "traces compared",
    path: `/p/default/traces/compare?a=${traceId}&b=${traceId}`,
    async arrive(page) {
      await page.getByRole("option").first().waitFor();
      await page.getByText("Output · the same").waitFor();
    },
  },
  {
    name: "traces, peek",
    path: `/p/default/traces?peek=${traceId}`,
    arrive: (page) => page.getByRole("region", { name: "Peek" }).getByRole("treeitem").first().waitFor(),
  },
  {
    name: "traces, what is different",
    path: "/p/default/traces?different=errors",
    arrive: (page) => page.getByText(/spans against/).waitFor(),
  },
  {
    name: "traces, the columns menu",
    path: "/p/default/traces",
    async arrive(page) {
      await page.getByRole("button", { name: "Columns", exact: true }).click();
      await page.getByRole("dialog", { name: "Columns" }).waitFor();
    },
  },
  {
    name: "spans",
    path: "/p/default/traces?show=spans",
    arrive: (page) => page.getByRole("grid", { name: "Spans" }).locator("[data-row]").first().waitFor(),
  },
  {
    name: "groups of spans",
    path: "/p/default/traces?show=groups",
    arrive: (page) => page.locator("[data-group=planner]").waitFor(),
  },
  {
    name: "agents, grid",
    path: "/p/default/agents",
    arrive: (page) => page.getByRole("link", { name: "planner" }).waitFor(),
  },
  {
    name: "agents, list",
    path: "/p/default/agents?view=list",
    arrive: (page) => page.getByRole("grid", { name: "Agents" }).locator("[data-row]").first().waitFor(),
  },
  {
    name: "agents, nothing matches",
    path: "/p/default/agents?q=nothing-of-that-name",
    arrive: (page) => page.getByText("No agent matches").waitFor(),
  },
  ...["performance", "executions", "events", "configuration", "versions"].map(
    (tab): Scene => ({
      name: `agent, ${tab}`,
      path: `/p/default/agents/planner?tab=${tab}`,
      async arrive(page) {
        await page.locator(`[role=tab][data-tab=${tab}][aria-selected=true]`).waitFor();
        await page.getByRole("heading", { name: "planner" }).waitFor();
        await page.getByText(/^Loading the|^Loading ev|^Loading ex/).waitFor({ state: "detached" });
      },
    }),
  ),
  {
    name: "executions",
    path: "/p/default/executions",
    arrive: (page) => page.getByRole("grid", { name: "Executions" }).locator("[data-row]").first().waitFor(),
  },
  {
    name: "executions, nothing matches",
    path: "/p/default/executions?q=nothing-of-that-name",
    arrive: (page) => page.getByText("No execution matches").waitFor(),
  },
  {
    name: "execution",
    path: `/p/default/executions/${traceId}`,
    arrive: (page) => page.getByRole("link", { name: "Open its trace" }).waitFor(),
  },
  {
    name: "sessions",
    path: "/p/default/sessions",
    arrive: (page) => page.getByRole("grid", { name: "Sessions" }).locator("[data-row]").first().waitFor(),
  },
  {
    name: "sessions, nothing matches",
    path: "/p/default/sessions?q=nothing-of-that-name",
    arrive: (page) => page.getByText("No session matches").waitFor(),
  },
  {
    name: "session, its conversation",
    path: "/p/default/sessions/talk-1",
    arrive: (page) => page.getByText("You plan journeys.").waitFor(),
  },
  {
    name: "session, its traces",
    path: "/p/default/sessions/talk-1?view=traces",
    arrive: (page) => page.getByRole("table", { name: "Traces of the session" }).waitFor(),
  },
  {
    name: "users",
    path: "/p/default/users",
    arrive: (page) => page.getByRole("grid", { name: "Users" }).locator("[data-row]").first().waitFor(),
  },
  {
    name: "user",
    path: "/p/default/users/ann",
    arrive: (page) => page.getByRole("heading", { name: "Activity by day" }).waitFor(),
  },
];

const WITH_DATA: Scene[] = [
  {
    name: "connect, with a key and spans",
    path: "/p/default/connect",
    async arrive(page) {
      await page.getByRole("button", { name: "Create key for these snippets" }).click();
      await page.getByText("Filled in below").waitFor();
      await page.getByText("Spans are arriving").waitFor();
    },
  },
  {
    name: "overview",
    path: "/p/default/overview?from=1h&compare=previous",
    async arrive(page) {
      await page.getByRole("img", { name: "Executions", exact: true }).locator("canvas").waitFor();
      await page.getByRole("list", { name: "Recent failures" }).waitFor();
    },
  },
  {
    name: "overview, a chart as a table",
    path: "/p/default/overview?from=1h",
    async arrive(page) {
      await page.getByRole("button", { name: "View Executions as table" }).click();
      await page.getByRole("region", { name: "Executions, table" }).waitFor();
    },
  },
  {
    name: "logs, a record unfolded",
    path: "/p/default/logs?from=1h",
    async arrive(page) {
      await page.getByRole("img", { name: "Records over time" }).locator("canvas").waitFor();
      await page.getByRole("button", { name: /a record to judge/ }).click();
      await page.getByRole("table", { name: "Attributes of the record" }).waitFor();
    },
  },
  {
    name: "logs, live tail",
    path: "/p/default/logs?tail=on",
    arrive: (page) => page.getByText("Waiting for records").waitFor(),
  },
  {
    name: "metrics, nothing chosen",
    path: "/p/default/metrics",
    arrive: (page) => page.getByText("Choose a metric", { exact: true }).waitFor(),
  },
  {
    name: "metrics",
    path: "/p/default/metrics?from=1h&query=max+judged.value+by%3Dcolour",
    async arrive(page) {
      await page
        .getByRole("img", { name: /judged\.value/ })
        .locator("canvas")
        .waitFor();
      await page.getByRole("table", { name: /figures$/ }).waitFor();
    },
  },
  {
    name: "traces",
    path: "/p/default/traces",
    arrive: (page) => page.getByRole("grid", { name: "Traces" }).locator("[data-row]").first().waitFor(),
  },
  {
    name: "traces, filtered with a row selected",
    path: `/p/default/traces?agent=planner&row=${traceId}&selected=${traceId}`,
    arrive: (page) => page.getByText("1 selected").waitFor(),
  },
  {
    name: "traces, nothing matches",
    path: "/p/default/traces?q=nothing-of-that-name",
    arrive: (page) => page.getByText("No trace matches").waitFor(),
  },
  {
    name: "trace",
    path: `/p/default/traces/${traceId}`,
    arrive: (page) => page.getByRole("treeitem").first().waitFor(),
  },
  ...(
    [
      ["chat", chat],
      ["attributes", chat],
      ["events", failed],
      ["error", failed],
      ["links", root],
      ["resource", root],
      ["raw", root],
    ] as const
  ).map(
    ([tab, span]): Scene => ({
      name: `span, ${tab}`,
      path: `/p/default/traces/${traceId}?span=${span}&tab=${tab}`,
      within: 'section[aria-label="Span details"]',
      async arrive(page) {
        await page.locator(`[role=tab][data-tab=${tab}][aria-selected=true]`).waitFor();
        await page.getByText("Loading the span").waitFor({ state: "detached" });
      },
    }),
  ),
  {
    name: "no such trace",
    path: `/p/default/traces/${newTraceId()}`,
    arrive: (page) => page.getByRole("heading", { name: "No such trace" }).waitFor(),
  },
  {
    name: "API keys",
    path: "/p/default/settings/keys",
    arrive: (page) => page.getByRole("region", { name: "API keys" }).getByRole("row").nth(1).waitFor(),
  },
  {
    name: "attribute mapping, with a span tried",
    path: "/p/default/settings/attribute-mapping",
    async arrive(page) {
      await page.getByRole("button", { name: "Use a sample" }).click();
      await page.getByRole("button", { name: "Map acme.llm" }).click();
      await page.getByRole("row", { name: /gpt-4.1-mini/ }).waitFor();
    },
  },
  {
    name: "data retention",
    path: "/p/default/settings/retention",
    async arrive(page) {
      await page.getByLabel("Remove the detail of unremarkable traces").check();
      await page.getByLabel("Keep of the rest").waitFor();
    },
  },
  {
    name: "data retention, deleting",
    path: "/p/default/settings/retention",
    within: "dialog[open]",
    async arrive(page) {
      await page.getByRole("button", { name: "Delete data" }).click();
      await page.getByRole("dialog", { name: "Delete data" }).getByLabel("What to delete").waitFor();
    },
  },
  {
    name: "API keys, creating one",
    path: "/p/default/settings/keys",
    within: "dialog[open]",
    async arrive(page) {
      await page.getByRole("button", { name: "Create key" }).first().click();
      const dialog = page.getByRole("dialog", { name: "Create an API key" });
      await dialog.getByRole("button", { name: "Create key" }).click();
      await dialog.getByText("Give the key a name").waitFor();
    },
  },
  {
    name: "API keys, the new key",
    path: "/p/default/settings/keys",
    within: "dialog[open]",
    async arrive(page) {
      await page.getByRole("button", { name: "Create key" }).first().click();
      await page.getByLabel("Name").fill("a key");
      await page.getByRole("dialog").getByRole("button", { name: "Create key" }).click();
      await page.getByRole("dialog", { name: "Copy your key now" }).waitFor();
    },
  },
  {
    name: "API keys, revoking one",
    path: "/p/default/settings/keys",
    within: "dialog[open]",
    async arrive(page) {
      await page
        .getByRole("button", { name: /^Revoke / })
        .first()
        .click();
      await page.getByRole("dialog", { name: /^Revoke / }).waitFor();
    },
  },
  {
    name: "command palette",
    path: "/p/default/traces",
    within: "dialog[open]",
    async arrive(page) {
      await page.getByRole("grid", { name: "Traces" }).waitFor();
      await page.keyboard.press("Control+k");
      await page.getByRole("option").first().waitFor();
    },
  },
  {
    name: "keyboard help",
    path: "/p/default/traces",
    within: "dialog[open]",
    async arrive(page) {
      await page.getByRole("grid", { name: "Traces" }).waitFor();
      await page.keyboard.press("?");
      await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
    },
  },
  {
    name: "time picker",
    path: "/p/default/traces",
    async arrive(page) {
      await page.getByRole("button", { name: /^Time range:/ }).click();
      await page.getByRole("dialog", { name: "Time range" }).getByLabel("Range").waitFor();
    },
  },
  {
    name: "not found",
    path: "/p/default/no-such-page",
    arrive: (page) => page.getByRole("heading", { name: "Page not found" }).waitFor(),
  },
];

describe("accessibility: nothing serious by axe in dark and light, no sideways scrolling on a phone", () => {
  it("before the administrator has a password", { timeout: 60_000 }, async () => {
    await judge(BEFORE_SETUP);
  });

  it("without data", { timeout: 120_000 }, async () => {
    const email = await setPassword();
    await judge(SIGNED_OUT);
    await judge(WITHOUT_DATA, email);
  });

  it("with data", { timeout: 420_000 }, async () => {
    await sendSpans(product, exampleTrace(), "planner-service", product.apiKey);
    await sendLogs(
      product,
      [{ timeMs: Date.now() - 5_000, body: "a record to judge", traceId }],
      "planner",
      product.apiKey,
    );
    await sendGauge(
      product,
      { name: "judged.value", unit: "ms" },
      ["red", "green"].map((colour) => ({ timeMs: Date.now() - 5_000, value: 5, attributes: { colour } })),
      product.apiKey,
    );
    await judge(WITH_DATA, await setPassword());
  });

  it("traces in other shapes, sessions and users", { timeout: 240_000 }, async () => {
    // Sent already unless this runs alone; a span that is there is not stored again.
    await sendSpans(product, exampleTrace(), "planner-service", product.apiKey);
    await judge(TRACES_FURTHER, await setPassword());
  });
});

let adminEmail: string | undefined;

/** Spends the one-time link, once. */
async function setPassword(): Promise<string> {
  if (adminEmail) return adminEmail;
  const setup = new URL(product.setupUrl!);
  const token = setup.searchParams.get("token")!;
  const known = (await (await fetch(`${product.url}/api/v1/auth/setup?token=${token}`)).json()) as {
    email: string;
  };
  const response = await fetch(`${product.url}/api/v1/auth/setup`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-flightdeck-request": "1" },
    body: JSON.stringify({ token, email: known.email, password: PASSWORD }),
  });
  if (!response.ok) throw new Error(`Setting the password was answered ${response.status}.`);
  adminEmail = known.email;
  return adminEmail;
}

/** Goes through the scenes and collects every fault, so that one run shows them all. */
async function judge(scenes: readonly Scene[], email?: string): Promise<void> {
  const faults: string[] = [];
  const waiting = [...scenes];
  // Judging is work for a processor: two pages keep two of them busy.
  const worker = async (page: Page) => {
    if (email) await signIn(page, product, { email, password: PASSWORD });
    for (let scene = waiting.shift(); scene; scene = waiting.shift()) {
      faults.push(...(await judgeScene(page, scene)));
    }
  };
  await Promise.all([worker(await browser.newPage()), worker(await browser.newPage())]);
  expect(faults).toEqual([]);
}

async function judgeScene(page: Page, scene: Scene): Promise<string[]> {
  await page.setViewportSize(WIDE);
  await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
  await page.goto(scene.path === "setup" ? product.setupUrl! : product.url + scene.path);
  await scene.arrive(page);
  const dark = await axeFaults(page, scene, "dark", (axe) => axe);
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  // Only colours differ between the themes.
  const light = await axeFaults(page, scene, "light", (axe) => axe.withRules(["color-contrast"]));
  await page.setViewportSize(PHONE);
  return [...dark, ...light, ...(await overflowFaults(page, scene.name))];
}

async function axeFaults(
  page: Page,
  scene: Scene,
  theme: string,
  narrow: (axe: AxeBuilder) => AxeBuilder,
): Promise<string[]> {
  await expect.poll(() => page.evaluate(() => document.documentElement.dataset.theme)).toBe(theme);
  await expect.poll(() => page.evaluate(runningTransitions)).toBe(0);
  // The pages have no frames, so the results need not be merged on a page of their own.
  const whole = new AxeBuilder({ page }).setLegacyMode();
  const { violations } = await narrow(scene.within ? whole.include(scene.within) : whole).analyze();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) =>
      nodes.map((node) => {
        const why = node.failureSummary?.replace(/\s+/g, " ");
        return `${scene.name}, ${theme}: ${id} at ${node.target.join(" ")}: ${why}`;
      }),
    );
}

/** A colour on its way from one theme to the other has too little contrast for a moment. */
const runningTransitions = () =>
  document.getAnimations().filter((one) => one instanceof CSSTransition && one.playState === "running")
    .length;

/** The page settles after the resize; then nothing may reach beyond its right edge. */
async function overflowFaults(page: Page, where: string): Promise<string[]> {
  const width = () =>
    page.evaluate(() => {
      const { scrollWidth } = document.documentElement;
      const content = document.getElementById("content");
      return Math.max(scrollWidth, content ? content.scrollWidth : 0) - innerWidth;
    });
  try {
    await expect.poll(width, { timeout: 3_000 }).toBeLessThanOrEqual(0);
    return [];
  } catch {
    return [`${where}: reaches ${await width()} px beyond the edge at ${PHONE.width} px`];
  }
}

/** An agent, a call of the model with messages, and a tool that failed. */
function exampleTrace(): TestSpanInput[] {
  const startMs = Date.now() - 5_000;
  const message = (role: string, content: string) => ({ role, parts: [{ type: "text", content }] });
  return [
    {
      traceId,
      spanId: root,
      name: "invoke_agent planner",
      startMs,
      durationMs: 4_000,
      attributes: {
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.agent.name": "planner",
        "gen_ai.conversation.id": "talk-1",
        "user.id": "ann",
      },
      links: [{ traceId: newTraceId(), spanId: newSpanId(), attributes: { reason: "retry" } }],
    },
    {
      traceId,
      spanId: chat,
      parentSpanId: root,
      name: "chat gpt-5-mini",
      startMs: startMs + 100,
      durationMs: 2_000,
      attributes: {
        "gen_ai.operation.name": "chat",
        "gen_ai.request.model": "gpt-5-mini",
        "gen_ai.provider.name": "openai",
        "gen_ai.usage.input_tokens": 1200,
        "gen_ai.usage.output_tokens": 85,
        "gen_ai.input.messages": JSON.stringify([
          message("system", "You plan journeys."),
          message("user", "Plan a day in **Oslo**, with `code` and a list:\n\n- one\n- two"),
        ]),
        "gen_ai.output.messages": JSON.stringify([
          {
            role: "assistant",
            parts: [
              { type: "text", content: "Let me look." },
              { type: "tool_call", id: "call_1", name: "getWeather", arguments: { city: "Oslo" } },
            ],
            finish_reason: "tool_calls",
          },
        ]),
      },
    },
    {
      traceId,
      spanId: failed,
      parentSpanId: root,
      name: "execute_tool getWeather",
      startMs: startMs + 2_200,
      durationMs: 300,
      attributes: { "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "getWeather" },
      status: { code: 2, message: "The weather service is down." },
      events: [
        {
          timeNs: BigInt(startMs + 2_400) * 1_000_000n,
          name: "exception",
          attributes: {
            "exception.type": "FetchError",
            "exception.message": "The weather service is down.",
            "exception.stacktrace":
              "FetchError: The weather service is down.\n    at getWeather (tools.ts:12)",
          },
        },
      ],
    },
  ];
}

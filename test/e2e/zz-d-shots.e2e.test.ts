import { AxeBuilder } from "@axe-core/playwright";
import { it } from "vitest";
import { openBrowser, signIn } from "./support/browser.ts";
import { API_KEY, PREPARED, startProduct } from "./support/product.ts";
import { newSpanId, newTraceId, sendSpans } from "./support/telemetry.ts";

it("shots", async () => {
  const [product, browser] = await Promise.all([startProduct({ env: PREPARED }), openBrowser()]);
  try {
    const post = async (method: string, path: string, body: object) => {
      const r = await fetch(`${product.url}/api/v1/${path}`, { method, headers: { "content-type": "application/json", "x-api-key": API_KEY }, body: JSON.stringify(body) });
      if (!r.ok) console.log(path, await r.text());
      return r.json() as Promise<Record<string, string>>;
    };
    const names = ["support-triage", "billing-helper", "docs-writer", "night-crawler", "planner"];
    for (const [i, name] of names.entries()) {
      await post("POST", "agents", { name, type: i % 2 ? "batch" : "chat", environment: i % 2 ? "staging" : "production", tags: ["eu", "tier-1"].slice(0, 1 + (i % 2)), version: `2.${i}`, host: `worker-${i}`, configuration: { model: "gpt-5-mini", temperature: 0.2, tools: ["search"] } });
    }
    for (let n = 0; n < 120; n++) {
      const agent = names[n % 3]!;
      const traceId = newTraceId();
      const rootId = newSpanId();
      const startMs = Date.now() - n * 700_000 * Math.random() - 1000;
      await sendSpans(product, [
        { traceId, spanId: rootId, name: `invoke_agent ${agent}`, startMs, durationMs: 800 + Math.random() * 3000, ...(n % 9 === 0 ? { status: { code: 2, message: "tool failed" } } : {}), attributes: { "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": agent, "gen_ai.agent.version": n % 2 ? "2.0" : "2.1", "user.id": `user-${n % 7}`, "gen_ai.conversation.id": `conv-${n % 11}` } },
        { traceId, parentSpanId: rootId, name: "chat gpt-4o-mini", startMs: startMs + 50, durationMs: 600, attributes: { "gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.response.model": "gpt-4o-mini", "gen_ai.usage.input_tokens": 4000, "gen_ai.usage.output_tokens": 300 } },
        { traceId, parentSpanId: rootId, name: "execute_tool search", startMs: startMs + 700, durationMs: 150, ...(n % 9 === 0 ? { status: { code: 2 } } : {}), attributes: { "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": n % 2 ? "search" : "lookup", ...(n % 9 === 0 ? { "error.type": "timeout" } : {}) } },
      ]);
    }
    for (const name of names.slice(0, 3)) {
      await post("POST", `agents/${name}/heartbeat`, { status: name === "docs-writer" ? "degraded" : "running", interval_seconds: 60 });
      await post("POST", `agents/${name}/events`, Array.from({ length: 30 }, (_, i) => ({ type: ["message", "response", "error", "tool_call", "feedback"][i % 5], timestamp: Date.now() - i * 600_000, content: i % 5 === 2 ? null : `Event number ${i} of a conversation`, response_time_ms: 300 + i * 20, token_count: 100 + i, model_used: "gpt-4o-mini", user_id: `user-${i % 4}`, error_details: i % 5 === 2 ? { type: "timeout", message: "It took too long" } : null, user_feedback: i % 5 === 4 ? 4 : null })));
    }
    await post("POST", "executions", { id: "nightly", agent: "night-crawler", name: "crawl the catalogue", input: { pages: 300 }, metadata: { trigger: "cron" } });
    await post("POST", "executions", { id: "broken", agent: "planner", name: "plan the week", status: "failed", error: { type: "Timeout", message: "The planner did not answer in 60 s" }, started_at: Date.now() - 90_000, output: null });
    await post("PATCH", "executions/nightly", { metadata: { step: 4 } });
    const page = await browser.newPage();
    await signIn(page, product);
    const agents = (await (await page.request.get(`${product.url}/api/v1/agents?project=default`)).json()) as { data: { id: string; name: string }[] };
    const id = agents.data.find((a) => a.name === "support-triage")!.id;
    await page.request.patch(`${product.url}/api/v1/agents/${id}?project=default`, { data: { configuration: { model: "gpt-5", temperature: 0.1, tools: ["search", "lookup"] } }, headers: { "x-flightdeck-request": "1" } });
    const shots: [string, string][] = [
      ["agents", "agents?from=24h"],
      ["agents-list", "agents?from=24h&view=list"],
      ["agent", `agents/${id}?from=24h`],
      ["agent-exec", `agents/${id}?tab=executions`],
      ["agent-events", `agents/${id}?tab=events`],
      ["agent-config", `agents/${id}?tab=configuration`],
      ["agent-versions", `agents/${id}?tab=versions`],
      ["executions", "executions"],
      ["executions-none", "executions?q=zzzz"],
      ["agents-none", "agents?q=zzzz"],
      ["execution", "executions/broken"],
      ["execution-running", "executions/nightly"],
    ];
    for (const [name, path] of shots) {
      await page.setViewportSize({ width: 1440, height: 900 });
      await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
      await page.goto(`${product.url}/p/default/${path}`);
      await page.waitForLoadState("networkidle").catch(() => {});
      await page.waitForTimeout(1200);
      await page.screenshot({ path: `/tmp/d-shots/${name}-dark.png` });
      const faults = async (rules?: string[]) => {
        const axe = new AxeBuilder({ page }).setLegacyMode();
        const { violations } = await (rules ? axe.withRules(rules) : axe).analyze();
        for (const v of violations) console.log(name, v.impact, v.id, v.nodes.slice(0, 3).map((n) => n.target.join(" ") + " :: " + n.failureSummary?.replace(/\s+/g, " ").slice(0, 200)).join("\n   "));
      };
      await faults();
      await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
      await page.waitForTimeout(500);
      await page.screenshot({ path: `/tmp/d-shots/${name}-light.png` });
      await faults(["color-contrast"]);
      await page.setViewportSize({ width: 360, height: 740 });
      await page.waitForTimeout(400);
      await page.screenshot({ path: `/tmp/d-shots/${name}-360.png` });
      const over = await page.evaluate(() => Math.max(document.documentElement.scrollWidth, document.getElementById("content")?.scrollWidth ?? 0) - innerWidth);
      if (over > 0) console.log(name, "OVERFLOW", over);
    }
  } finally {
    await browser.close();
    await product.stop();
  }
}, 300_000);

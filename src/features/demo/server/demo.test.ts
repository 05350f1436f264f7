import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type OtlpCollector, startOtlpCollector } from "#platform/testing/otlp-collector.ts";
import { type Demo, startDemo } from "./index.ts";

const DAY_MS = 86_400_000;
let collector: OtlpCollector;
let demo: Demo | undefined;

beforeEach(async () => {
  collector = await startOtlpCollector();
});

afterEach(async () => {
  await demo?.stop();
  await collector.stop();
});

const start = (options: { backfill: boolean; intensity?: number }) =>
  startDemo({
    otlpEndpoint: collector.url,
    apiKey: "demo-key",
    logger: pino({ level: "silent" }),
    ...options,
  });
const traces = () => new Set(collector.spans.map((span) => span.traceId));
const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe("the demo", { timeout: 30_000 }, () => {
  it("sends its first live trace within 3 seconds, and more after it", async () => {
    const before = Date.now();
    demo = start({ backfill: false, intensity: 4 });
    await expect.poll(() => traces().size, { timeout: 20_000, interval: 50 }).toBeGreaterThan(0);
    // On an idle machine 3 s; doubled for one that runs other tests beside this.
    expect(Date.now() - before).toBeLessThan(6_000);
    expect(collector.requests[0]?.headers.authorization).toBe("Bearer demo-key");
    await expect.poll(() => traces().size, { timeout: 20_000, interval: 100 }).toBeGreaterThan(6);
    await expect
      .poll(() => new Set(collector.spans.map((span) => span.service)).size, { timeout: 20_000 })
      .toBeGreaterThanOrEqual(2);
  });

  it("fills the past 24 hours with traces of all four agents, errors and sessions among them", async () => {
    const now = Date.now();
    demo = start({ backfill: true, intensity: 0.01 });
    const past = () => collector.spans.filter((span) => !span.parentSpanId && span.endMs < now - 60_000);
    await expect.poll(() => past().length, { timeout: 20_000, interval: 100 }).toBeGreaterThanOrEqual(148);
    const roots = past();
    expect(new Set(roots.map((span) => span.service))).toEqual(
      new Set(["support-agent", "docs-agent", "research-agent", "nightly-report"]),
    );
    expect(Math.min(...roots.map((span) => span.startMs))).toBeGreaterThan(now - DAY_MS - 600_000);
    expect(Math.min(...roots.map((span) => span.startMs))).toBeLessThan(now - DAY_MS + 1_800_000);
    expect(collector.spans.some((span) => span.status?.code === 2)).toBe(true);
    const sessions = new Set(roots.map((span) => span.attributes["gen_ai.conversation.id"]));
    expect(sessions.size).toBeLessThan(roots.length);
  });

  it("writes log lines, counts calls and sends heartbeats, as agents do", async () => {
    demo = startDemo({
      otlpEndpoint: collector.url,
      apiUrl: collector.url,
      apiKey: "demo-key",
      logger: pino({ level: "silent" }),
      backfill: true,
      intensity: 4,
    });
    const sent = (path: string) => JSON.stringify(collector.json.filter((each) => each.path === path));
    await expect
      .poll(() => sent("/v1/logs"), { timeout: 20_000 })
      .toMatch(/finished in .*"traceId":"[0-9a-f]{32}"/);
    await expect
      .poll(() => sent("/v1/metrics"), { timeout: 25_000 })
      .toMatch(/system\.cpu\.utilization.*gen_ai\.client\.operation\.duration/);
    expect(sent("/api/v1/agents/support-agent/heartbeat")).toContain('"status":"running"');
  });

  it("sends the same past again when it is restarted", async () => {
    const ids = async () => {
      collector.spans.length = 0;
      demo = start({ backfill: true, intensity: 0.01 });
      const past = () => collector.spans.filter((span) => span.endMs < Date.now() - 60_000);
      await expect
        .poll(() => past().filter((span) => !span.parentSpanId).length, { timeout: 20_000 })
        .toBeGreaterThan(100);
      await demo.stop();
      return past().map((span) => `${span.traceId}/${span.spanId}`);
    };
    const first = await ids();
    const second = new Set(await ids());
    expect(first.filter((id) => second.has(id)).length).toBeGreaterThan(0.98 * first.length);
  });

  it("ends its process when it is stopped", async () => {
    demo = start({ backfill: false });
    const { pid } = demo;
    expect(pid !== undefined && isAlive(pid)).toBe(true);
    await demo.stop();
    expect(isAlive(pid!)).toBe(false);
  });
});

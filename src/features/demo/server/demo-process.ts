/**
 * The demo's own process: the stub model, the agents and their exporter. Told what to do by one message from
 * its parent, and gone as soon as the parent is.
 */
import { startOpenAiStub } from "#platform/testing/openai-stub/openai-stub.ts";
import { backfill } from "./backfill.ts";
import { demoModel } from "./demo-model.ts";
import { createDemoTelemetry } from "./demo-telemetry.ts";
import type { DemoOrder } from "./index.ts";
import { runLiveAgents } from "./live-agents.ts";
import { sendSignals } from "./signals/send-signals.ts";
import { SpanLogs } from "./signals/span-logs.ts";
import { SpanMetrics } from "./signals/span-metrics.ts";

/** Longest wait for the last spans at the end. */
const LAST_EXPORT_MS = 1_000;

async function run(order: DemoOrder): Promise<void> {
  const stopping = new AbortController();
  process.once("disconnect", () => stopping.abort());
  const stub = await startOpenAiStub({
    script: demoModel,
    seed: Date.now() & 0x7fffffff,
    keepRequests: 0,
  });
  const logs = new SpanLogs();
  const metrics = new SpanMetrics();
  const telemetry = createDemoTelemetry(order, [logs, metrics]);
  const signals = sendSignals(order, logs, metrics, stopping.signal);
  const live = runLiveAgents(stub.url, telemetry, order.intensity, stopping.signal);
  if (order.backfill) await backfill(telemetry, Date.now(), stopping.signal);
  await Promise.all([live, signals]);
  setTimeout(() => process.exit(0), LAST_EXPORT_MS).unref();
  await Promise.all([stub.stop(), telemetry.shutdown()]);
  process.exit(0);
}

// The AI SDK prints the errors of streams; here they are part of the show, and told by their traces.
console.error = () => {};
// Ctrl-C reaches the whole process group; the parent decides when the demo ends.
process.on("SIGINT", () => {});
process.once("message", (order) => void run(order as DemoOrder));
if (!process.connected) process.exit(1);

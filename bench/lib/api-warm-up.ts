import type { ApiClient } from "./api-client.ts";
import { type KnownThings, METRIC } from "./api-mix.ts";

const AGENTS = 1000;
const LOGS = 2000;
const HOSTS = 20;
const SAMPLES = 120;
const DAY_MS = 86_400_000;
const AT_ONCE = 20;

/**
 * Fills what generated spans do not: agents, by a heartbeat each, log records and samples of a metric, through the
 * product's own doors; and looks for traces of all ages to ask for.
 */
export async function prepareThings(client: ApiClient, key: string, nowMs: number): Promise<KnownThings> {
  const agents = Array.from({ length: AGENTS }, (_, i) => `bench-agent-${String(i).padStart(4, "0")}`);
  for (let at = 0; at < agents.length; at += AT_ONCE) {
    await Promise.all(
      agents.slice(at, at + AT_ONCE).map((agent) =>
        client.json(key, {
          method: "POST",
          path: `/api/v1/agents/${agent}/heartbeat`,
          body: JSON.stringify({ status: "running", version: "2.4.1", host: "worker-7" }),
        }),
      ),
    );
  }
  await client.json(key, { method: "POST", path: "/v1/logs", body: JSON.stringify(logs(nowMs)) });
  await client.call(key, {
    method: "POST",
    path: "/api/v2/write?precision=ms",
    contentType: "text/plain",
    body: samples(nowMs),
  });
  return { agents, traceIds: await traceIdsOfAllAges(client, key, nowMs) };
}

function logs(nowMs: number) {
  const logRecords = Array.from({ length: LOGS }, (_, i) => ({
    timeUnixNano: `${BigInt(Math.round(nowMs - (i * DAY_MS) / LOGS)) * 1_000_000n}`,
    severityNumber: i % 20 === 0 ? 17 : 9,
    severityText: i % 20 === 0 ? "ERROR" : "INFO",
    body: { stringValue: `order ${i} was looked up for customer ${i % 97}` },
    attributes: [{ key: "http.route", value: { stringValue: `/orders/${i % 7}` } }],
  }));
  const resource = { attributes: [{ key: "service.name", value: { stringValue: "order-desk" } }] };
  return { resourceLogs: [{ resource, scopeLogs: [{ scope: { name: "bench" }, logRecords }] }] };
}

function samples(nowMs: number): string {
  const [, measurement, field] = /^(bench_cpu)_(\w+)$/.exec(METRIC)!;
  const lines: string[] = [];
  for (let host = 0; host < HOSTS; host++) {
    for (let i = 0; i < SAMPLES; i++) {
      const atMs = Math.round(nowMs - (i * DAY_MS) / SAMPLES);
      lines.push(
        `${measurement},host=worker-${host} ${field}=${(10 + ((host * 7 + i * 3) % 80)).toFixed(1)} ${atMs}`,
      );
    }
  }
  return lines.join("\n");
}

async function traceIdsOfAllAges(client: ApiClient, key: string, nowMs: number): Promise<string[]> {
  const ids: string[] = [];
  for (let day = 0; day < 30; day += 3) {
    const to = nowMs - day * DAY_MS;
    const page = await client.json<{ data: { trace_id: string }[] }>(key, {
      method: "GET",
      path: `/api/v1/traces?limit=20&from=${to - DAY_MS}&to=${to}`,
    });
    ids.push(...page.data.map(({ trace_id }) => trace_id));
  }
  if (ids.length === 0) throw new Error("No trace was found to ask for.");
  return ids;
}

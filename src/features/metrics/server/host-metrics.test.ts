import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApp, type TestApp } from "#test/support/app.ts";
import { createTenant } from "#test/support/tenant.ts";
import type { HostMetricSource } from "./host-metric-names.ts";
import { calculate, foldParts } from "./host-metrics-query.ts";

/** Two whole minutes that lie behind us. */
const START_S = Math.floor(Date.now() / 60_000) * 60 - 180;
const END_S = START_S + 120;

let test: TestApp;
beforeAll(async () => {
  test = await createTestApp();
  await sendLines();
  await sendOtlp();
});
afterAll(() => test.close());

/** As Telegraf sends it, and node_exporter's names by the same protocol. */
async function sendLines(): Promise<void> {
  const lines: string[] = [];
  for (let at = START_S - 30; at <= END_S; at += 15) {
    const seconds = at - START_S + 30;
    lines.push(
      `cpu,host=tele-1,cpu=cpu-total usage_idle=75 ${at}`,
      `cpu,host=tele-1,cpu=cpu0 usage_idle=10 ${at}`,
      `mem,host=tele-1 used_percent=40,used=400,total=1000 ${at}`,
      `diskio,host=tele-1,name=sda read_bytes=${seconds * 100}i ${at}`,
      `diskio,host=tele-1,name=sdb read_bytes=${seconds * 50}i ${at}`,
    );
    for (const [cpu, idle] of [
      ["0", 0.5],
      ["1", 0.75],
    ] as const) {
      const labels = `instance=node-1:9100,cpu=${cpu}`;
      lines.push(
        `node_cpu_seconds_total,${labels},mode=idle value=${seconds * idle} ${at}`,
        `node_cpu_seconds_total,${labels},mode=user value=${seconds * (1 - idle)} ${at}`,
      );
    }
    for (const [mountpoint, available] of [
      ["/", 25],
      ["/data", 90],
    ] as const) {
      const labels = `instance=node-1:9100,mountpoint=${mountpoint},fstype=ext4`;
      lines.push(
        `node_filesystem_avail_bytes,${labels} value=${available} ${at}`,
        `node_filesystem_size_bytes,${labels} value=100 ${at}`,
      );
    }
    lines.push(
      `node_memory_MemTotal_bytes,instance=node-1:9100 value=1000 ${at}`,
      `node_memory_MemAvailable_bytes,instance=node-1:9100 value=300 ${at}`,
      `node_load1,instance=node-10:9100 value=9 ${at}`,
      `node_load1,instance=node-1:9100 value=2 ${at}`,
    );
  }
  const response = await test.app.inject({
    method: "POST",
    url: "/api/v2/write?precision=s",
    payload: lines.join("\n"),
    headers: { "content-type": "text/plain", ...test.keyHeaders },
  });
  expect(response.statusCode, response.body).toBe(204);
}

async function sendOtlp(): Promise<void> {
  const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });
  const point = (at: number, asDouble: number, state: string) => ({
    timeUnixNano: `${at}000000000`,
    asDouble,
    attributes: [attribute("state", state)],
  });
  const times = [START_S, START_S + 60];
  const metrics = [
    {
      name: "system.memory.usage",
      unit: "By",
      sum: {
        aggregationTemporality: 2,
        isMonotonic: false,
        dataPoints: times.flatMap((at) => [point(at, 600, "used"), point(at, 400, "free")]),
      },
    },
    {
      name: "system.cpu.utilization",
      gauge: { dataPoints: times.flatMap((at) => [point(at, 0.8, "idle"), point(at, 0.2, "user")]) },
    },
  ];
  const payload = {
    resourceMetrics: [
      { resource: { attributes: [attribute("host.name", "otel-1")] }, scopeMetrics: [{ metrics }] },
    ],
  };
  const response = await test.app.inject({
    method: "POST",
    url: "/v1/metrics",
    payload: JSON.stringify(payload),
    headers: { "content-type": "application/json", ...test.keyHeaders },
  });
  expect(response.body).toBe("{}");
}

const get = (url: string, headers = test.keyHeaders) => test.app.inject({ url: `/api/v1${url}`, headers });
const metricOf = async (host: string, metric: string) =>
  (await get(`/hosts/${host}/metrics?metric=${metric}&from=${START_S}&to=${END_S}&step=60`)).json();

describe("a canonical metric of a host", () => {
  it.each([
    ["tele-1", "host.cpu.utilization", "telegraf", "cpu_usage_idle", [0.25, 0.25]],
    ["tele-1", "host.memory.utilization", "telegraf", "mem_used_percent", [0.4, 0.4]],
    ["tele-1", "host.disk.read", "telegraf", "diskio_read_bytes", [150, 150]],
    ["node-1", "host.cpu.utilization", "prometheus", "node_cpu_seconds_total", [0.375, 0.375]],
    ["node-1", "host.filesystem.utilization", "prometheus", "node_filesystem_avail_bytes", [0.75, 0.75]],
    ["node-1", "host.memory.usage", "prometheus", "node_memory_MemTotal_bytes", [700, 700]],
    ["node-1", "host.memory.utilization", "prometheus", "node_memory_MemAvailable_bytes", [0.7, 0.7]],
    ["node-1", "host.load.1m", "prometheus", "node_load1", [2, 2]],
    ["otel-1", "host.memory.usage", "opentelemetry", "system.memory.usage", [600, 600]],
    ["otel-1", "host.cpu.utilization", "opentelemetry", "system.cpu.utilization", [0.2, 0.2]],
  ])("%s, %s is read from %s: %s", async (host, metric, agent, stored, values) => {
    const answer = await metricOf(host, metric);
    expect(answer).toMatchObject({ host, metric, step_seconds: 60, times: [START_S, START_S + 60] });
    expect(answer.sources).toEqual([
      { agent, metric: stored, values: values.map((value) => expect.closeTo(value, 6)) },
    ]);
  });

  it("has no sources where nothing was measured", async () => {
    expect((await metricOf("tele-1", "host.uptime")).sources).toEqual([]);
    expect((await metricOf("node-1", "host.uptime")).sources).toEqual([]);
  });

  it("of a host that nobody knows is a 404, also where its name is part of another", async () => {
    for (const host of ["nobody", "node", "ode-1"]) {
      const response = await get(`/hosts/${host}/metrics`);
      expect([response.statusCode, response.json().code]).toEqual([404, "host_not_found"]);
    }
  });

  it("of an unknown name is a 404 that lists the known ones", async () => {
    const response = await get("/hosts/tele-1/metrics?metric=toString");
    expect([response.statusCode, response.json().code]).toEqual([404, "host_metric_unknown"]);
    expect(response.json().detail).toContain("host.cpu.utilization");
  });
});

describe("the list of hosts", () => {
  it("has every host once, with who sends and what it may tell", async () => {
    const { data, truncated } = (await get("/hosts")).json();
    expect(data.map(({ host, agents }: { host: string; agents: string[] }) => [host, agents])).toEqual([
      ["node-1", ["prometheus"]],
      ["node-10", ["prometheus"]],
      ["otel-1", ["opentelemetry"]],
      ["tele-1", ["telegraf"]],
    ]);
    expect(data[1].metrics).toEqual(["host.load.1m"]);
    expect(truncated).toBe(false);
  });
});

describe("who may see hosts", () => {
  it("is not another tenant, nor a stranger", async () => {
    const tenant = await createTenant(test.context);
    expect((await get("/hosts", tenant.keyHeaders)).json().data).toEqual([]);
    const own = await get("/hosts/tele-1/metrics?metric=host.load.1m", tenant.keyHeaders);
    expect(own.statusCode).toBe(404);
    expect((await get("/hosts", {})).statusCode).toBe(401);
    const ingestOnly = await createTenant(test.context, { scope: "ingest" });
    expect((await get("/hosts", ingestOnly.keyHeaders)).statusCode).toBe(403);
  });
});

describe("calculating", () => {
  const source = (given: Partial<HostMetricSource>): HostMetricSource => ({
    agent: "prometheus",
    metric: "m",
    reading: "value",
    fold: "avg",
    ...given,
  });

  it.each([
    [{}, 3, undefined, 3],
    [{ scale: 0.01 }, 50, undefined, 0.5],
    [{ scale: 0.01, complement: true as const }, 75, undefined, 0.25],
    [{ over: "o" }, 1, 4, 0.25],
    [{ over: "o" }, 1, 0, null],
    [{ over: "o" }, 1, null, null],
    [{ over: "o" }, 1, undefined, null],
    [{ minus: "o" }, 5, 3, 2],
    [{}, null, undefined, null],
  ])("%o of %s and %s gives %s", (given, value, other, result) => {
    expect(calculate(source(given), value, other)).toBe(result);
  });

  it.each([
    ["sum", [3, 2, null]],
    ["avg", [1.5, 2, null]],
    ["max", [2, 2, null]],
  ] as const)("folds parts by %s, those without a value left out", (fold, result) => {
    const parts = [
      [1, null, null],
      [2, 2, null],
    ];
    expect(foldParts(parts, fold)).toEqual(result);
  });
});

import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { freePort } from "#embedded/free-port.ts";
import { ApiClient } from "./lib/api-client.ts";
import { type LatencyRow, type LoadResult, runLoad } from "./lib/api-load.ts";
import { prepareThings } from "./lib/api-warm-up.ts";
import { inTurn, makeCallerKeys } from "./lib/caller-keys.ts";
import type { CpuByRole } from "./lib/cpu-meter.ts";
import { filledDataFolder } from "./lib/data-folder.ts";
import { describeMachine, type Machine } from "./lib/machine.ts";
import { API_KEY, startProduct } from "./lib/product.ts";
import { type RealtimeResult, runRealtime } from "./lib/realtime.ts";
import { textTable } from "./lib/text-table.ts";

/** Milliseconds that p95 may take: reads and writes of the mix, and an event after the acknowledgement. */
const TARGET_MS = { read: 100, write: 500, realtime: 500 } as const;
/** Reads are limited to 6,000 a minute and key. */
const CALLERS = 40;
/** Connections of agents and as many of browsers: slow reads must not hold up the sending of writes. */
const CONNECTIONS = 1024;
const WARM_UP_SECONDS = 5;
const WARM_UP_SHARE = 0.2;

const { values: options } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    /** Spans in the store. */
    rows: { type: "string", default: "1000000" },
    /** Requests a second; several are measured one after the other. */
    rate: { type: "string", default: "1000" },
    seconds: { type: "string", default: "30" },
    "realtime-seconds": { type: "string", default: "60" },
    viewers: { type: "string", default: "100" },
    agents: { type: "string", default: "1000" },
    heartbeat: { type: "string", default: "15" },
    /** `load`, `realtime` or both. */
    only: { type: "string", default: "load,realtime" },
    /** How many of a hundred requests read: agents report more often than people look. */
    reads: { type: "string", default: "30" },
    /** A data folder that is filled if it is not there, and kept. */
    data: { type: "string" },
    /** Writes the server's CPU profile into this folder. */
    "cpu-prof": { type: "string" },
  },
});

/** What was measured. */
interface ApiReport {
  machine: Machine;
  /** Spans that were stored before. */
  rows: number;
  loads: LoadResult[];
  realtime: RealtimeResult | undefined;
  /** Targets that were missed, in words. */
  missed: string[];
}

const machine = describeMachine();
const folder = await filledDataFolder(Number(options.rows), options.data, note);
try {
  const report = await measure(folder.path);
  process.stdout.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : table(report));
  if (report.missed.length > 0) process.exitCode = 1;
} finally {
  await folder.remove();
}

async function measure(dataFolder: string): Promise<ApiReport> {
  const profiles = options["cpu-prof"] === undefined ? undefined : resolve(options["cpu-prof"]);
  if (profiles !== undefined) await mkdir(profiles, { recursive: true });
  const product = await startProduct({
    dataFolder,
    port: await freePort(),
    nodeOptions: profiles === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profiles}`],
  });
  const agents = new ApiClient(product.url, CONNECTIONS);
  const browsers = new ApiClient(product.url, CONNECTIONS);
  try {
    const key = inTurn(await makeCallerKeys(product, CALLERS));
    const rows = await countSpans(agents);
    const known = await prepareThings(agents, API_KEY, Date.now());
    const clients = { read: browsers, write: agents };
    // What is measured are requests, not the opening of connections.
    await Promise.all([browsers.open(), agents.open()]);
    const shared = { rootPid: product.pid, known, key, readShare: Number(options.reads) / 100 };
    const loads: LoadResult[] = [];
    if (options.only.includes("load")) {
      for (const perSecond of options.rate.split(",").map(Number)) {
        const warm = { perSecond: perSecond * WARM_UP_SHARE, seconds: WARM_UP_SECONDS, seed: 1 };
        await runLoad(clients, { ...shared, ...warm });
        note(`${perSecond} requests a second for ${options.seconds} s`);
        loads.push(
          await runLoad(clients, { ...shared, perSecond, seconds: Number(options.seconds), seed: 2 }),
        );
      }
    }
    let realtime: RealtimeResult | undefined;
    if (options.only.includes("realtime")) {
      note(`${options.viewers} viewers for ${options["realtime-seconds"]} s`);
      realtime = await runRealtime(agents, product, {
        viewers: Number(options.viewers),
        agents: known.agents.slice(0, Number(options.agents)),
        heartbeatSeconds: Number(options.heartbeat),
        seconds: Number(options["realtime-seconds"]),
        key,
      });
    }
    const said = product.output();
    if (said) note(said);
    return { machine, rows, loads, realtime, missed: missedTargets(loads, realtime) };
  } catch (error) {
    note(product.output());
    throw error;
  } finally {
    agents.close();
    browsers.close();
    await product.stop();
  }
}

/** Spans of the last 30 days; a kept folder may hold others than `--rows` says. */
async function countSpans(client: ApiClient): Promise<number> {
  const from = Date.now() - 31 * 86_400_000;
  const { series } = await client.json<{ series: { total: { span_count: number } }[] }>(API_KEY, {
    method: "GET",
    path: `/api/v1/analytics/series?measure=span_count&step=1d&from=${from}`,
  });
  return series.reduce((sum, { total }) => sum + total.span_count, 0);
}

function missedTargets(loads: readonly LoadResult[], realtime: RealtimeResult | undefined): string[] {
  const missed: string[] = [];
  for (const { perSecond, reads, writes } of loads) {
    for (const [row, target] of [
      [reads, TARGET_MS.read],
      [writes, TARGET_MS.write],
    ] as const) {
      const at = `${row.route} at ${perSecond}/s`;
      if (row.p95Ms > target) missed.push(`${at}: p95 ${row.p95Ms.toFixed(0)} ms, target ${target}`);
      const failed = Object.values(row.errors).reduce((sum, count) => sum + count, 0);
      if (failed > 0) missed.push(`${at}: ${failed} of ${row.requests} failed`);
    }
  }
  for (const { what, things, p95Ms, missing } of realtime?.delays ?? []) {
    // Not a number, when nothing arrived, is no success.
    if (!(p95Ms <= TARGET_MS.realtime))
      missed.push(`${what}: p95 ${p95Ms.toFixed(0)} ms, target ${TARGET_MS.realtime}`);
    if (missing > 0) missed.push(`${what}: ${missing} of ${things * realtime!.viewers} did not arrive`);
  }
  if (realtime && realtime.brokenStreams > 0) missed.push(`${realtime.brokenStreams} live streams broke`);
  return missed;
}

function note(line: string): void {
  process.stderr.write(`${line}\n`);
}

function table({ rows, loads, realtime, missed }: ApiReport): string {
  const lines = [
    `Flightdeck ${machine.flightdeck} (${machine.commit}), Node ${machine.node}, chdb ${machine.chdb}, ` +
      `${machine.cores} cores (${machine.cpu}), load before ${machine.loadBefore.toFixed(1)}, ${machine.date}`,
    `${rows.toLocaleString("en")} spans stored; milliseconds from when a request was due; the generator shares the machine`,
  ];
  for (const load of loads) {
    lines.push(
      "",
      `${load.perSecond} requests a second for ${load.seconds} s, ${Math.round(load.readShare * 100)} % reads: ${load.offered.toFixed(0)}/s came, ${load.answered.toFixed(0)}/s were answered with 2xx`,
      ...usage(load),
      `generator late by ${load.generatorP99Ms.toFixed(1)} ms at p99`,
      "",
      ...textTable(
        ["route", "requests", "p50", "p95", "p99", "bytes", "errors"],
        [...load.routes, load.reads, load.writes].filter(({ requests }) => requests > 0).map(latencyCells),
      ),
    );
  }
  if (realtime) {
    const { heartbeats } = realtime;
    lines.push(
      "",
      `${realtime.viewers} viewers with live streams, ${realtime.agents} agents with heartbeats, ${realtime.seconds} s`,
      ...usage(realtime),
      `heartbeats: ${heartbeats.sent} sent, p50 ${heartbeats.p50Ms.toFixed(0)} ms, p95 ${heartbeats.p95Ms.toFixed(0)} ms; ${heartbeats.failed} requests failed`,
      `each viewer: ${realtime.eventsPerSecond.toFixed(1)} events and ${realtime.kilobytesPerSecond.toFixed(1)} kB a second`,
      "",
      ...textTable(
        ["after the acknowledgement", "things", "p50", "p95", "p99", "most", "missing", "before the answer"],
        realtime.delays.map((row) => [
          row.what,
          String(row.things),
          ...[row.p50Ms, row.p95Ms, row.p99Ms, row.maxMs].map((ms) => ms.toFixed(0)),
          String(row.missing),
          `${(row.beforeAnswer * 100).toFixed(0)} %`,
        ]),
      ),
    );
  }
  lines.push(
    "",
    missed.length === 0 ? "all targets reached" : "missed:",
    ...missed.map((line) => `  ${line}`),
    "",
  );
  return lines.join("\n");
}

function usage(result: { cores: CpuByRole; peakRssMb: number; othersShare: number }): string[] {
  const cores = Object.entries(result.cores)
    .filter(([, share]) => share >= 0.005)
    .map(([role, share]) => `${role} ${share.toFixed(2)}`);
  return [
    `cores used: ${cores.join(", ")}; other programs ${(result.othersShare * 100).toFixed(0)} % of the machine; peak RSS ${result.peakRssMb.toFixed(0)} MB`,
  ];
}

function latencyCells(row: LatencyRow): string[] {
  return [
    row.route,
    String(row.requests),
    ...[row.p50Ms, row.p95Ms, row.p99Ms].map((ms) => ms.toFixed(0)),
    row.requests === 0 ? "" : row.meanBytes.toFixed(0),
    Object.entries(row.errors)
      .map(([status, count]) => `${status}: ${count}`)
      .join(", "),
  ];
}

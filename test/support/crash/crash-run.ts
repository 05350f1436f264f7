import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "#embedded/free-port.ts";
import { seededRandom } from "#features/ingest/server/otlp/testing/gen-ai-batch.ts";
import { type ProcessRole, processTree } from "../../../bench/lib/process-tree.ts";
import { isReady, type Product, startProduct, temporaryDataFolder } from "../../../bench/lib/product.ts";
import { auditStores, type CrashAudit } from "./crash-audit.ts";
import { runCrashClient } from "./crash-client.ts";
import { CRASH_STREAMS } from "./crash-requests.ts";
import { GrpcSender, HttpSender } from "./crash-sender.ts";
import { openCrashStores } from "./crash-stores.ts";
import { SentItems } from "./sent-items.ts";

/** How to run. */
export interface CrashOptions {
  cycles: number;
  seed: number;
  /** How many clients send traces over HTTP; each other stream has one. */
  traceClients?: number;
  /** Called after each cycle. */
  onCycle?: (cycle: CrashCycle) => void;
}

/** One kill and what followed. */
export interface CrashCycle {
  number: number;
  victim: Victim;
  /** Milliseconds from the kill until the product was ready and acknowledged spans again. */
  recoveredMs: number;
  acknowledged: number;
  retries: number;
}

/** What a run came to. */
export interface CrashReport extends CrashAudit {
  seed: number;
  cycles: number;
  kills: Record<Victim, number>;
  acknowledged: number;
  retries: number;
  repeats: number;
  surprises: string[];
}

type Victim = Extract<ProcessRole, "server" | "clickhouse" | "postgres">;
const VICTIMS: readonly Victim[] = ["server", "clickhouse", "postgres"];
const RECOVERY_LIMIT_MS = 90_000;
/** Share of server kills after which the restarting server is killed once more before it is ready. */
const KILL_AGAIN_SHARE = 0.25;

/** Whether a run kept the promise: every acknowledged item there exactly once, and a store that agrees with itself. */
export function keptPromise(report: CrashReport): boolean {
  return (
    Object.values(report.signals).every(
      ({ lost, duplicated, unknown }) => lost === 0 && duplicated === 0 && unknown === 0,
    ) &&
    report.summariesThatDisagree === 0 &&
    report.brokenContent === 0 &&
    report.samplesWithoutSeries === 0 &&
    report.surprises.length === 0
  );
}

/**
 * Kills a random process of the product again and again while clients send, then compares what is stored
 * with what was acknowledged. Throws when the product does not come back.
 */
export async function runCrashTest(options: CrashOptions): Promise<CrashReport> {
  const folder = await temporaryDataFolder();
  const run = new CrashRun(options, folder.path, { http: await freePort(), grpc: await freePort() });
  try {
    return await run.all();
  } finally {
    await run.end();
    await folder.remove();
  }
}

class CrashRun {
  private readonly options: CrashOptions;
  private readonly folder: string;
  private readonly ports: { http: number; grpc: number };
  private readonly random: () => number;
  private readonly stopClients = new AbortController();
  private product: Product | undefined;
  private readonly kills: Record<Victim, number> = { server: 0, clickhouse: 0, postgres: 0 };
  private readonly sent = new SentItems();

  constructor(options: CrashOptions, folder: string, ports: { http: number; grpc: number }) {
    this.options = options;
    this.folder = folder;
    this.ports = ports;
    this.random = seededRandom(options.seed);
  }

  async all(): Promise<CrashReport> {
    const { random, sent, options } = this;
    this.product = await this.start();
    const clients = this.startClients();
    let victims: Victim[] = [];
    for (let number = 1; number <= options.cycles; number++) {
      if (victims.length === 0) victims = shuffled(VICTIMS, random);
      const victim = victims.pop()!;
      await sleep(200 + random() * 1800);
      const killedAt = Date.now();
      await this.kill(victim);
      await this.untilAcknowledging();
      options.onCycle?.({
        number,
        victim,
        recoveredMs: Date.now() - killedAt,
        acknowledged: sent.acknowledged,
        retries: sent.retries,
      });
    }
    // The last kill leaves requests without an answer behind.
    this.kills.server++;
    await endNow(this.product);
    this.stopClients.abort();
    await Promise.all(clients);
    // A whole start brings back whatever the kill left, PostgreSQL's left-over processes included.
    this.product = await this.start();
    await this.product.stop();
    const stores = await openCrashStores(this.folder);
    const audit = await auditStores(stores, sent).finally(() => stores.close());
    return {
      ...audit,
      seed: options.seed,
      cycles: options.cycles,
      kills: this.kills,
      acknowledged: sent.acknowledged,
      retries: sent.retries,
      repeats: sent.repeats,
      surprises: sent.surprises,
    };
  }

  /** Leaves nothing running, whatever happened. */
  async end(): Promise<void> {
    this.stopClients.abort();
    await this.product?.stop();
  }

  private start(): Promise<Product> {
    return startProduct({
      dataFolder: this.folder,
      port: this.ports.http,
      otlpGrpcPort: this.ports.grpc,
      timeoutMs: RECOVERY_LIMIT_MS,
    });
  }

  private startClients(): Promise<void>[] {
    const { random, options, ports, sent, stopClients } = this;
    const extra = Array.from({ length: (options.traceClients ?? 4) - 1 }, () => CRASH_STREAMS.traces!);
    return [...Object.values(CRASH_STREAMS), ...extra].map((makeStream) => {
      const ownRandom = seededRandom(Math.floor(random() * 2 ** 32));
      const stream = makeStream(ownRandom);
      const open = () =>
        stream.transport === "grpc"
          ? new GrpcSender(`127.0.0.1:${ports.grpc}`)
          : new HttpSender(`http://127.0.0.1:${ports.http}`);
      return runCrashClient({ stream, sender: open(), twin: open() }, ownRandom, sent, stopClients.signal);
    });
  }

  private async kill(victim: Victim): Promise<void> {
    const product = this.product!;
    this.kills[victim]++;
    if (victim !== "server") {
      const child = processTree(product.pid).find(
        (info) => info.role === victim && info.parent === product.pid,
      );
      if (!child) throw new Error(`There is no ${victim} process to kill.\n${product.output()}`);
      process.kill(child.pid, "SIGKILL");
      return;
    }
    await endNow(product);
    if (this.random() < KILL_AGAIN_SHARE) {
      this.kills.server++;
      const starting = this.start().catch(() => undefined);
      await sleep(this.random() * 1500);
      // Found by its parent and role, because a product that is still starting has no handle yet.
      for (const info of processTree(process.pid))
        if (info.role === "server" && info.parent === process.pid) process.kill(info.pid, "SIGKILL");
      await starting;
    }
    this.product = await this.start();
  }

  /** Waits until the product is ready and has acknowledged something new. */
  private async untilAcknowledging(): Promise<void> {
    const deadline = Date.now() + RECOVERY_LIMIT_MS;
    const { url } = this.product!;
    const before = this.sent.acknowledged;
    while (this.sent.acknowledged === before || !(await isReady(url))) {
      if (Date.now() > deadline) throw new Error(`The product did not recover.\n${this.product!.output()}`);
      await sleep(50);
    }
  }
}

async function endNow(product: Product): Promise<void> {
  const exited = once(product.child, "exit");
  process.kill(product.pid, "SIGKILL");
  await exited;
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "#embedded/free-port.ts";
import { seededRandom } from "#features/ingest/server/otlp/testing/gen-ai-batch.ts";
import { type ProcessRole, processTree } from "../../../bench/lib/process-tree.ts";
import { isReady, type Product, startProduct, temporaryDataFolder } from "../../../bench/lib/product.ts";
import { openTelemetryEngine } from "../../../bench/lib/telemetry-engine.ts";
import { auditStore, type CrashAudit } from "./crash-audit.ts";
import { runCrashClient, type SentSpans } from "./crash-client.ts";

/** How to run. */
export interface CrashOptions {
  cycles: number;
  seed: number;
  clients?: number;
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

/** Whether a run kept the promise: every acknowledged span there exactly once, and summaries that agree. */
export function keptPromise(report: CrashReport): boolean {
  return (
    report.lost === 0 &&
    report.duplicated === 0 &&
    report.unknown === 0 &&
    report.summariesThatDisagree === 0 &&
    report.surprises.length === 0
  );
}

/**
 * Kills a random process of the product again and again while clients send, then compares what is stored
 * with what was acknowledged. Throws when the product does not come back.
 */
export async function runCrashTest(options: CrashOptions): Promise<CrashReport> {
  const folder = await temporaryDataFolder();
  const run = new CrashRun(options, folder.path, await freePort());
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
  private readonly port: number;
  private readonly random: () => number;
  private readonly stopClients = new AbortController();
  private product: Product | undefined;
  private readonly kills: Record<Victim, number> = { server: 0, clickhouse: 0, postgres: 0 };
  private readonly sent: SentSpans = {
    acknowledged: new Set(),
    unanswered: new Set(),
    retries: 0,
    repeats: 0,
    surprises: [],
  };

  constructor(options: CrashOptions, folder: string, port: number) {
    this.options = options;
    this.folder = folder;
    this.port = port;
    this.random = seededRandom(options.seed);
  }

  async all(): Promise<CrashReport> {
    const { random, sent, options } = this;
    this.product = await this.start();
    const { url } = this.product;
    const clients = Array.from({ length: options.clients ?? 8 }, () =>
      runCrashClient(url, seededRandom(Math.floor(random() * 2 ** 32)), sent, this.stopClients.signal),
    );
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
        acknowledged: sent.acknowledged.size,
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
    const engine = await openTelemetryEngine(this.folder);
    const audit = await auditStore(engine.store, sent).finally(() => engine.close());
    return {
      ...audit,
      seed: options.seed,
      cycles: options.cycles,
      kills: this.kills,
      acknowledged: sent.acknowledged.size,
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
    return startProduct({ dataFolder: this.folder, port: this.port, timeoutMs: RECOVERY_LIMIT_MS });
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
    const before = this.sent.acknowledged.size;
    while (this.sent.acknowledged.size === before || !(await isReady(url))) {
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

import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { freePort } from "#embedded/free-port.ts";
import { describeMachine } from "./lib/machine.ts";
import { type ProcessInfo, processTree, proportionalBytes } from "./lib/process-tree.ts";
import { type Product, startProduct, temporaryDataFolder } from "./lib/product.ts";

/** Budgets on 2 cores and 4 GB: `npm start` to ready, and idle memory of the whole process tree. */
const TARGET_START_MS = 10_000;
const TARGET_IDLE_MB = 600;
const POLL_MS = 20;

const { values: options } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    /** Starts on the warm data folder. */
    runs: { type: "string", default: "3" },
    /** Seconds of idling before memory is read. */
    idle: { type: "string", default: "30" },
  },
});

/** Memory of one process, in MiB. */
interface ProcessMemory {
  role: ProcessInfo["role"];
  pid: number;
  command: string;
  /** Shared pages divided among those who share them: these add up to what the machine gives. */
  pssMb: number;
  rssMb: number;
}

const folder = await temporaryDataFolder();
try {
  const machine = describeMachine();
  const fresh = await startOnce();
  await fresh.product.stop();
  const warmMs: number[] = [];
  for (let run = 1; run < Number(options.runs); run++) {
    const { product, readyMs } = await startOnce();
    warmMs.push(readyMs);
    await product.stop();
  }
  const last = await startOnce();
  warmMs.push(last.readyMs);
  await sleep(Number(options.idle) * 1000);
  const memory = memoryOf(last.product);
  await last.product.stop();
  const idleMb = memory.reduce((sum, process) => sum + process.pssMb, 0);
  const idleRssMb = memory.reduce((sum, process) => sum + process.rssMb, 0);
  const worstMs = Math.max(fresh.readyMs, ...warmMs);
  const report = { machine, freshMs: fresh.readyMs, warmMs, idleMb, idleRssMb, memory };
  process.stdout.write(
    options.json
      ? `${JSON.stringify(report, null, 2)}\n`
      : [
          `Flightdeck ${machine.flightdeck} (${machine.commit}), Node ${machine.node}, ${machine.cores} cores (${machine.cpu}), load before ${machine.loadBefore.toFixed(1)}, ${machine.date}`,
          "",
          `npm start to ready, fresh data folder: ${fresh.readyMs} ms`,
          `npm start to ready, warm data folder:  ${warmMs.join(", ")} ms`,
          `slowest against the target of ${TARGET_START_MS} ms: ${worstMs <= TARGET_START_MS ? "reached" : "missed"}`,
          "",
          "process                PSS MB  RSS MB",
          ...grouped(memory).map(
            ({ name, pssMb, rssMb, count }) =>
              `${name.padEnd(12)} ${`×${count}`.padEnd(6)} ${pssMb.toFixed(0).padStart(8)} ${rssMb.toFixed(0).padStart(7)}`,
          ),
          `idle memory after ${options.idle} s: ${idleMb.toFixed(0)} MB PSS (${idleRssMb.toFixed(0)} MB RSS, shared pages counted more than once), ` +
            `target ${TARGET_IDLE_MB}: ${idleMb <= TARGET_IDLE_MB ? "reached" : "missed"}`,
          "",
        ].join("\n"),
  );
  if (worstMs > TARGET_START_MS || idleMb > TARGET_IDLE_MB) process.exitCode = 1;
} finally {
  await folder.remove();
}

/** Runs `npm start` until the product is ready. */
async function startOnce(): Promise<{ product: Product; readyMs: number }> {
  const startedAt = performance.now();
  const product = await startProduct({
    dataFolder: folder.path,
    port: await freePort(),
    program: "npm",
    args: ["start", "--silent"],
    pollMs: POLL_MS,
  });
  return { product, readyMs: Math.round(performance.now() - startedAt) };
}

function memoryOf(product: Product): ProcessMemory[] {
  return processTree(product.pid).map(({ role, pid, command, rssBytes }) => ({
    role,
    pid,
    command: command.slice(0, 120),
    pssMb: proportionalBytes(pid) / 1024 ** 2,
    rssMb: rssBytes / 1024 ** 2,
  }));
}

function grouped(memory: readonly ProcessMemory[]) {
  return [...Map.groupBy(memory, (process) => process.role)].map(([name, processes]) => ({
    name,
    count: processes.length,
    pssMb: processes.reduce((sum, process) => sum + process.pssMb, 0),
    rssMb: processes.reduce((sum, process) => sum + process.rssMb, 0),
  }));
}

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "#embedded/free-port.ts";
import { type ProcessInfo, processTree, readProcess } from "../../../bench/lib/process-tree.ts";

const ROOT = resolve(import.meta.dirname, "../../..");
const READY_WITHIN_MS = 60_000;
const STOPS_WITHIN_MS = 20_000;

/** Administrator and key of products that start with them (`PREPARED`). */
export const ADMIN = { email: "admin@example.com", password: "correct horse battery staple" };
export const API_KEY = "fd_e2e_key_0123456789abcdef";

/** Environment of a product that needs no one-time link: its administrator and key are known. */
export const PREPARED = {
  FLIGHTDECK_INIT_ADMIN_EMAIL: ADMIN.email,
  FLIGHTDECK_INIT_ADMIN_PASSWORD: ADMIN.password,
  FLIGHTDECK_INIT_API_KEY: API_KEY,
};

/** Where a product listens. */
export interface Ports {
  http: number;
  otlp: number;
  grpc: number;
}

/** Ports that nobody uses. */
export async function freePorts(): Promise<Ports> {
  return { http: await freePort(), otlp: await freePort(), grpc: await freePort() };
}

/** How to start a product; without options it is fresh, with a folder of its own. */
export interface StartProductOptions {
  env?: Record<string, string>;
  /** Arguments after `start`. */
  args?: readonly string[];
  /** True to go through bin/flightdeck.js as a person does, instead of straight to src/main.ts. */
  launcher?: boolean;
  /** An existing folder, which `stop` then leaves alone. */
  dataFolder?: string;
  /** Ports of an earlier product, to start again at the same address. */
  ports?: Ports;
}

/** A running product. */
export interface Product {
  url: string;
  otlpUrl: string;
  ports: Ports;
  dataFolder: string;
  /** Of the server, which is the process itself. */
  pid: number;
  /** The one-time link it printed, if any. */
  setupUrl: string | undefined;
  /** The key it printed, if any. */
  apiKey: string | undefined;
  /** Everything it wrote. */
  output(): string;
  /** The server and its children as they are now; empty where there is no /proc. */
  processes(): ProcessInfo[];
  /** Asks it to stop. Throws unless it ends with code 0 and takes all its children with it. */
  stop(signal?: "SIGTERM" | "SIGINT"): Promise<void>;
}

/** An empty folder that PostgreSQL's own user can pass through. */
export async function temporaryFolder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "flightdeck-e2e-"));
  await chmod(path, 0o755);
  return path;
}

/** Starts a product and waits until it is ready. Throws with its output when it is not in time. */
export async function startProduct(options: StartProductOptions = {}): Promise<Product> {
  const dataFolder = options.dataFolder ?? (await temporaryFolder());
  const ports = options.ports ?? (await freePorts());
  const { child, output, ended } = launch({ ...options, dataFolder, ports });
  const url = `http://127.0.0.1:${ports.http}`;
  const deadline = Date.now() + READY_WITHIN_MS;
  // The text comes after the ports are open.
  while (!(output().includes("Flightdeck is ready at") && (await isReady(url)))) {
    if (child.exitCode !== null) throw new Error(`The product ended while starting:\n${output()}`);
    if (Date.now() > deadline) {
      child.kill("SIGKILL");
      throw new Error(`The product was not ready in time:\n${output()}`);
    }
    await sleep(25);
  }
  const pid = child.pid!;
  return {
    url,
    otlpUrl: `http://127.0.0.1:${ports.otlp}`,
    ports,
    dataFolder,
    pid,
    setupUrl: /(http\S+\/setup\?token=\S+)/.exec(output())?.[1],
    apiKey: /OTEL_EXPORTER_OTLP_HEADERS="x-api-key=([^"]+)"/.exec(output())?.[1],
    output,
    processes: () => listProcesses(pid),
    async stop(signal = "SIGTERM") {
      const children = listProcesses(pid).filter((process) => process.pid !== pid);
      if (child.exitCode === null) child.kill(signal);
      const killer = setTimeout(() => child.kill("SIGKILL"), STOPS_WITHIN_MS);
      const code = await ended;
      clearTimeout(killer);
      const left = children.filter(({ pid, command }) => readProcess(pid)?.command === command);
      if (options.dataFolder === undefined) await rm(dataFolder, { recursive: true, force: true });
      if (code !== 0) throw new Error(`The product ended with ${code} after ${signal}:\n${output()}`);
      if (left.length > 0) throw new Error(`It left behind: ${left.map((one) => one.command).join("; ")}`);
    },
  };
}

/** Starts a product that is expected to refuse to, and waits for its end. */
export async function startRefused(options: {
  dataFolder: string;
  ports: Ports;
}): Promise<{ code: number; output: string }> {
  const { output, ended } = launch(options);
  return { code: await ended, output: output() };
}

/** Whether `/health/ready` answers 200. */
export async function isReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(4_000) });
    await response.arrayBuffer();
    return response.status === 200;
  } catch {
    return false;
  }
}

interface Launched {
  child: ChildProcess;
  output(): string;
  /** The exit code, -1 for a signal. */
  ended: Promise<number>;
}

function launch(options: StartProductOptions & { dataFolder: string; ports: Ports }): Launched {
  const program = options.launcher ? "bin/flightdeck.js" : "src/main.ts";
  const child = spawn(process.execPath, [program, "start", ...(options.args ?? [])], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...foreignVariables(),
      FLIGHTDECK_DATA: options.dataFolder,
      FLIGHTDECK_PORT: String(options.ports.http),
      FLIGHTDECK_OTLP_PORT: String(options.ports.otlp),
      FLIGHTDECK_OTLP_GRPC_PORT: String(options.ports.grpc),
      FLIGHTDECK_LOG_LEVEL: "warn",
      FLIGHTDECK_LOG_FORMAT: "json",
      ...options.env,
    },
  });
  const chunks: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8");
    stream.on("data", (text: string) => chunks.push(text));
  }
  const ended = new Promise<number>((done) => {
    // "close" comes after the last byte of output.
    child.once("close", (code) => done(code ?? -1));
  });
  return { child, output: () => chunks.join(""), ended };
}

/** The environment without what would change the product, such as a DATABASE_URL of the developer. */
function foreignVariables(): NodeJS.ProcessEnv {
  const own = /^(FLIGHTDECK_|DATABASE_URL$|CLICKHOUSE_URL$|OTEL_|NODE_ENV$|NODE_OPTIONS$|VITEST)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
}

function listProcesses(pid: number): ProcessInfo[] {
  return existsSync("/proc/self/stat") ? processTree(pid) : [];
}

import { type ChildProcess, spawn } from "node:child_process";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const ROOT = resolve(import.meta.dirname, "../..");

/** Key of the default project of every product started here: sends and reads. */
export const API_KEY = "fd_bench_key_0123456789abcdef";

/** Who may sign in to every product started here. */
export const ADMIN = { email: "bench@example.com", password: "correct horse battery staple" };

/** Characters of output that an error message shows. */
const KEPT_OUTPUT = 3_000;

/** How to start the product. */
export interface StartProductOptions {
  dataFolder: string;
  port: number;
  /** Port of OTLP/gRPC; off unless told. */
  otlpGrpcPort?: number;
  /** Program and its arguments; default this Node with `src/main.ts start`. */
  program?: string;
  args?: readonly string[];
  /** Options of Node itself, such as `--cpu-prof`. */
  nodeOptions?: readonly string[];
  timeoutMs?: number;
  /** Pause between two looks at `/health/ready`; default 20 ms. */
  pollMs?: number;
}

/** A running product. */
export interface Product {
  url: string;
  pid: number;
  child: ChildProcess;
  /** The end of what it wrote; for error messages. */
  output(): string;
  /** Asks it to stop and waits until it has. */
  stop(): Promise<void>;
}

/** An empty folder that PostgreSQL's own user can pass through, and the function that removes it. */
export async function temporaryDataFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "flightdeck-bench-"));
  await chmod(path, 0o755);
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** Starts the product as a child and waits until it is ready. Throws with its output when it is not in time. */
export async function startProduct(options: StartProductOptions): Promise<Product> {
  const child = spawn(
    options.program ?? process.execPath,
    [...(options.nodeOptions ?? []), ...(options.args ?? ["src/main.ts", "start"])],
    {
      cwd: ROOT,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...process.env,
        FLIGHTDECK_DATA: options.dataFolder,
        FLIGHTDECK_PORT: String(options.port),
        FLIGHTDECK_OTLP_PORT: "0",
        FLIGHTDECK_OTLP_GRPC_PORT: String(options.otlpGrpcPort ?? 0),
        FLIGHTDECK_INIT_ADMIN_EMAIL: ADMIN.email,
        FLIGHTDECK_INIT_ADMIN_PASSWORD: ADMIN.password,
        FLIGHTDECK_INIT_API_KEY: API_KEY,
        FLIGHTDECK_LOG_LEVEL: "warn",
        FLIGHTDECK_LOG_FORMAT: "json",
      },
    },
  );
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      lines.push(chunk.toString());
      if (lines.length > 50) lines.shift();
    });
  }
  let over = false;
  const exited = new Promise<void>((done) => {
    const settle = () => {
      over = true;
      done();
    };
    child.once("exit", settle);
    child.once("error", settle);
  });
  const product: Product = {
    url: `http://127.0.0.1:${options.port}`,
    pid: child.pid ?? 0,
    child,
    output: () => lines.join("").slice(-KEPT_OUTPUT),
    stop: async () => {
      if (!over) child.kill("SIGTERM");
      await exited;
    },
  };
  const deadline = Date.now() + (options.timeoutMs ?? 60_000);
  while (!(await isReady(product.url))) {
    if (over) throw new Error(`The product ended while starting:\n${product.output()}`);
    if (Date.now() > deadline) {
      child.kill("SIGKILL");
      throw new Error(`The product was not ready in time:\n${product.output()}`);
    }
    await sleep(options.pollMs ?? 20);
  }
  return product;
}

/** Whether `/health/ready` answers 200. */
export async function isReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(2_000) });
    await response.arrayBuffer();
    return response.status === 200;
  } catch {
    return false;
  }
}

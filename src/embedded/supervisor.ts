import type { ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import type { EngineLogger } from "./logger.ts";
import { DEFAULT_RESTART_POLICY, decideRestart, type RestartPolicy } from "./restart-policy.ts";

/** Where a supervised child is in its life. */
export type EngineState = "starting" | "healthy" | "restarting" | "stopped" | "failed";

/** A snapshot for health pages and logs. */
export interface EngineStatus {
  name: string;
  state: EngineState;
  /** When this state began, epoch milliseconds. */
  since: number;
  /** Unasked exits that led to a restart. */
  restarts: number;
  pid: number | undefined;
  /** The latest error, kept after recovery. */
  lastError: string | undefined;
}

/** What the supervisor needs to know about one kind of child. */
export interface ChildSpec {
  name: string;
  /** Starts one child. Throws a FlightdeckError when no attempt can succeed. */
  spawn(): Promise<ChildProcess>;
  /** Resolves once the child answers a real request; rejects while it does not. */
  checkHealth(): Promise<void>;
  /** Asks the child to stop; after `stopGraceMs` it is killed. */
  requestStop(child: ChildProcess): void;
  stopGraceMs: number;
  /** A child that is not healthy within this time is killed and counted as a failure. */
  startTimeoutMs: number;
}

/** When a running child counts as hung: so many health checks in a row without an answer. */
export interface WatchPolicy {
  intervalMs: number;
  timeoutMs: number;
  maxMisses: number;
}

/** Patient, since a loaded engine is slow but not hung, and killing it would make matters worse. */
const DEFAULT_WATCH: WatchPolicy = { intervalMs: 15_000, timeoutMs: 20_000, maxMisses: 3 };

/** Options of {@link Supervisor}. */
export interface SupervisorOptions {
  logger: EngineLogger;
  policy?: RestartPolicy;
  watch?: WatchPolicy;
  onStateChange?: (status: EngineStatus) => void;
}

const HEALTH_INTERVAL_MS = 25;
const KEPT_OUTPUT_LINES = 20;

/** Children that run now; PostgreSQL has a process group of its own and would outlive a hurried exit of ours. */
const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGQUIT");
});

/** Keeps one child process running until told to stop. */
export class Supervisor {
  readonly #spec: ChildSpec;
  readonly #options: SupervisorOptions;
  #state: EngineState = "stopped";
  #since = Date.now();
  #restarts = 0;
  #lastError: string | undefined;
  #child: ChildProcess | undefined;
  #exited: Promise<void> = Promise.resolve();
  #stopping = new AbortController();
  #loop: Promise<void> = Promise.resolve();
  #output: string[] = [];

  constructor(spec: ChildSpec, options: SupervisorOptions) {
    this.#spec = spec;
    this.#options = options;
  }

  /** The present state. */
  status(): EngineStatus {
    return {
      name: this.#spec.name,
      state: this.#state,
      since: this.#since,
      restarts: this.#restarts,
      pid: this.#child?.pid,
      lastError: this.#lastError,
    };
  }

  /** Keeps a line of the child's output, to explain an exit. */
  noteOutput(line: string): void {
    this.#output.push(line);
    if (this.#output.length > KEPT_OUTPUT_LINES) this.#output.shift();
  }

  /** Starts the child. Resolves when it is healthy for the first time; rejects when the policy gives up. */
  start(): Promise<void> {
    this.#stopping = new AbortController();
    this.#setState("starting");
    return new Promise((resolve, reject) => {
      this.#loop = this.#run(resolve, reject);
    });
  }

  /** Stops the child: asks, waits for the grace time, then kills. Idempotent. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    const child = this.#child;
    if (child && child.exitCode === null && child.signalCode === null) {
      this.#spec.requestStop(child);
      const killer = setTimeout(() => {
        this.#options.logger.warn({ engine: this.#spec.name }, "engine did not stop in time and is killed");
        child.kill("SIGKILL");
      }, this.#spec.stopGraceMs);
      await this.#exited;
      clearTimeout(killer);
    }
    await this.#loop;
    if (this.#state !== "failed") this.#setState("stopped");
  }

  async #run(onHealthy: () => void, onGiveUp: (error: unknown) => void): Promise<void> {
    let failures = 0;
    let everHealthy = false;
    for (;;) {
      let healthyAt: number | undefined;
      let cause: unknown;
      try {
        const { exit } = await this.#spawn();
        healthyAt = await this.#untilHealthy(exit);
        everHealthy = true;
        this.#setState("healthy");
        onHealthy();
        throw new Error(await this.#untilExit(exit));
      } catch (error) {
        cause = error;
      }
      if (this.#stopping.signal.aborted) {
        onGiveUp(cause);
        return;
      }
      this.#lastError = cause instanceof Error ? cause.message : String(cause);
      const healthyForMs = healthyAt === undefined ? undefined : Date.now() - healthyAt;
      const hopeless = cause instanceof FlightdeckError && !everHealthy;
      const decision = decideRestart(
        { failures, everHealthy, healthyForMs },
        this.#options.policy ?? DEFAULT_RESTART_POLICY,
      );
      failures = decision.failures;
      if (hopeless || decision.action === "give_up") {
        this.#setState("failed");
        onGiveUp(hopeless ? cause : this.#startError(cause));
        return;
      }
      this.#restarts += 1;
      this.#options.logger.error(
        {
          engine: this.#spec.name,
          error: this.#lastError,
          delay_ms: decision.delayMs,
          restarts: this.#restarts,
        },
        "engine exited and is restarted",
      );
      this.#setState("restarting");
      await sleep(decision.delayMs, undefined, { signal: this.#stopping.signal }).catch(() => {});
      if (this.#stopping.signal.aborted) {
        onGiveUp(cause);
        return;
      }
    }
  }

  async #spawn(): Promise<{ exit: Promise<string> }> {
    this.#output = [];
    const child = await this.#spec.spawn();
    running.add(child);
    child.once("exit", () => running.delete(child));
    const exit = new Promise<string>((resolve) => {
      child.once("error", (error) => resolve(`cannot run: ${error.message}`));
      child.once("exit", (code, signal) => resolve(this.#describeExit(code, signal)));
    });
    this.#child = child;
    this.#exited = exit.then(() => {});
    // A stop that arrives while spawn() is pending finds no child to ask.
    if (this.#stopping.signal.aborted) child.kill("SIGKILL");
    return { exit };
  }

  async #untilHealthy(exit: Promise<string>): Promise<number> {
    const deadline = Date.now() + this.#spec.startTimeoutMs;
    let over: string | undefined;
    exit.then((text) => {
      over = text;
    });
    for (;;) {
      try {
        await Promise.race([this.#spec.checkHealth(), exit.then((text) => Promise.reject(new Error(text)))]);
        return Date.now();
      } catch (error) {
        if (over !== undefined) throw new Error(over);
        if (Date.now() > deadline) {
          this.#child?.kill("SIGKILL");
          await exit;
          throw new Error(`not healthy after ${this.#spec.startTimeoutMs} ms: ${String(error)}`);
        }
      }
      await sleep(HEALTH_INTERVAL_MS);
    }
  }

  /** Waits for the exit of a healthy child, and ends one that has stopped answering without exiting. */
  async #untilExit(exit: Promise<string>): Promise<string> {
    const { intervalMs, timeoutMs, maxMisses } = this.#options.watch ?? DEFAULT_WATCH;
    const over = new AbortController();
    exit.then(() => over.abort());
    for (let misses = 0; !over.signal.aborted; ) {
      await sleep(intervalMs, undefined, { signal: over.signal, ref: false }).catch(() => {});
      if (over.signal.aborted) break;
      const answered = await Promise.race([
        this.#spec.checkHealth().then(
          () => true,
          () => false,
        ),
        sleep(timeoutMs, false, { signal: over.signal, ref: false }).catch(() => true),
      ]);
      misses = answered ? 0 : misses + 1;
      if (misses < maxMisses) continue;
      this.#options.logger.error({ engine: this.#spec.name }, "engine no longer answers and is killed");
      this.#child?.kill("SIGKILL");
      break;
    }
    return exit;
  }

  #describeExit(code: number | null, signal: NodeJS.Signals | null): string {
    const how = signal ? `ended by ${signal}` : `exited with code ${code}`;
    const said = this.#output.join("\n").trim();
    return said ? `${how}; it said:\n${said}` : how;
  }

  #startError(cause: unknown): FlightdeckError {
    return new FlightdeckError(`The ${this.#spec.name} engine could not be started: ${this.#lastError}`, {
      code: "engine_start_failed",
      status: 503,
      cause,
    });
  }

  #setState(state: EngineState): void {
    this.#state = state;
    this.#since = Date.now();
    this.#options.onStateChange?.(this.status());
  }
}

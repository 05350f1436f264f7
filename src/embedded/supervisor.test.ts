import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { type EngineState, Supervisor } from "./supervisor.ts";

const logger = { info() {}, warn() {}, error() {} };
const policy = { initialDelayMs: 10, maxDelayMs: 50, resetAfterHealthyMs: 60_000, maxFirstStartAttempts: 3 };

const watch = { intervalMs: 20, timeoutMs: 50, maxMisses: 3 };

function supervised(
  script: string,
  options: { stopGraceMs?: number; healthy?: Promise<void>; checkHealth?: () => Promise<void> } = {},
) {
  const states: EngineState[] = [];
  let spawned = 0;
  const supervisor: Supervisor = new Supervisor(
    {
      name: "test",
      spawn: async () => {
        spawned += 1;
        const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "ignore", "pipe"] });
        child.stderr.on("data", (text) => supervisor.noteOutput(String(text).trim()));
        return child;
      },
      checkHealth: () =>
        options.checkHealth?.() ?? options.healthy ?? new Promise((resolve) => setTimeout(resolve, 150)),
      requestStop: (child) => child.kill("SIGTERM"),
      stopGraceMs: options.stopGraceMs ?? 5_000,
      startTimeoutMs: 5_000,
    },
    {
      logger,
      policy,
      watch: options.checkHealth && watch,
      onStateChange: (status) => states.push(status.state),
    },
  );
  return { supervisor, states, spawned: () => spawned };
}

const RUN = "setInterval(() => {}, 1000)";

describe("a supervisor", () => {
  it("starts a child, and stops it when asked", async () => {
    const { supervisor, states } = supervised(RUN);
    await supervisor.start();
    const { pid } = supervisor.status();
    await supervisor.stop();
    expect(states).toEqual(["starting", "healthy", "stopped"]);
    expect(() => process.kill(pid!, 0)).toThrow();
  });

  it("brings a killed child back", async () => {
    const { supervisor, states } = supervised(RUN);
    await supervisor.start();
    process.kill(supervisor.status().pid!, "SIGKILL");
    await expect.poll(() => supervisor.status()).toMatchObject({ state: "healthy", restarts: 1 });
    expect(supervisor.status().lastError).toContain("SIGKILL");
    await supervisor.stop();
    expect(states).toEqual(["starting", "healthy", "restarting", "healthy", "stopped"]);
  });

  it("ends and brings back a child that runs on but no longer answers", async () => {
    let answers = true;
    const { supervisor, spawned } = supervised(RUN, {
      checkHealth: () =>
        answers ? Promise.resolve() : sleep(100).then(() => Promise.reject(new Error("no answer"))),
    });
    await supervisor.start();
    answers = false;
    await expect.poll(() => supervisor.status().restarts).toBe(1);
    answers = true;
    await expect.poll(() => supervisor.status().state).toBe("healthy");
    expect(spawned()).toBe(2);
    await supervisor.stop();
  });

  it("leaves a child alone that misses a check now and then", async () => {
    let checks = 0;
    const { supervisor, spawned } = supervised(RUN, {
      checkHealth: () => (++checks % 3 === 0 ? Promise.reject(new Error("busy")) : Promise.resolve()),
    });
    await supervisor.start();
    await expect.poll(() => checks).toBeGreaterThan(12);
    expect(spawned()).toBe(1);
    await supervisor.stop();
  });

  it("gives up a child that never becomes healthy, and says what the child said", async () => {
    const { supervisor, spawned } = supervised("console.error('no such disk'); process.exit(3)", {
      healthy: new Promise(() => {}),
    });
    await expect(supervisor.start()).rejects.toThrow(/code 3; it said:\nno such disk/);
    expect(spawned()).toBe(3);
    expect(supervisor.status().state).toBe("failed");
  });

  it("kills a child that does not stop in time", async () => {
    const { supervisor } = supervised(`process.on("SIGTERM", () => {}); ${RUN}`, { stopGraceMs: 100 });
    await supervisor.start();
    await supervisor.stop();
    expect(supervisor.status().state).toBe("stopped");
  });

  it("does not start a child again once it was told to stop", async () => {
    const { supervisor, spawned } = supervised(RUN);
    await supervisor.start();
    process.kill(supervisor.status().pid!, "SIGKILL");
    await supervisor.stop();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(spawned()).toBe(1);
  });
});

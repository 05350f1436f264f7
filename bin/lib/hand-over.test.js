import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "flightdeck-launch-"));
const server = join(folder, "server.mjs");
const handOver = new URL("./hand-over.js", import.meta.url).href;

beforeAll(() => {
  writeFileSync(
    server,
    `let asked = 0;
     process.on("SIGTERM", () => { asked += 1; setTimeout(() => { console.log("asked", asked); process.exit(7); }, 200); });
     process.on("disconnect", () => { console.log("alone"); process.exit(0); });
     console.log("ready", process.pid, process.argv[2]);
     setInterval(() => {}, 1000);`,
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A launcher that hands over to the server above, with or without the system's exec. */
async function launch(canReplaceItself) {
  const script = `${canReplaceItself ? "" : "process.execve = undefined;"}
    const { handOver } = await import(${JSON.stringify(handOver)});
    handOver(process.execPath, [${JSON.stringify(server)}, "--demo"]);`;
  const launcher = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const output = { text: "" };
  launcher.stdout.setEncoding("utf8").on("data", (chunk) => {
    output.text += chunk;
  });
  const closed = once(launcher.stdout, "close");
  await expect.poll(() => output.text, { timeout: 10_000 }).toMatch(/ready \d+ --demo/);
  const serverPid = Number(/ready (\d+)/.exec(output.text)?.[1]);
  return { launcher, output, serverPid, closed };
}

describe("handing over", () => {
  it("replaces the launcher where the system can, so that one process is left", async () => {
    const { launcher, serverPid } = await launch(true);
    expect(serverPid).toBe(launcher.pid);
    launcher.kill("SIGTERM");
    expect(await once(launcher, "exit")).toEqual([7, null]);
  });

  it("passes a signal on once and the exit code back where it stays as a parent", async () => {
    const { launcher, output, serverPid } = await launch(false);
    expect(serverPid).not.toBe(launcher.pid);
    launcher.kill("SIGTERM");
    await sleep(20);
    launcher.kill("SIGTERM");
    expect(await once(launcher, "exit")).toEqual([7, null]);
    expect(output.text).toContain("asked 1");
  });

  it("lets the server know when it was killed outright", async () => {
    const { launcher, output, closed } = await launch(false);
    launcher.kill("SIGKILL");
    await closed;
    expect(output.text).toContain("alone");
  });
});

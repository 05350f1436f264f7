import { createHash } from "node:crypto";
import { accessSync, constants, mkdirSync, rmSync, statfsSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { setPriority, tmpdir } from "node:os";
import { join } from "node:path";
import { Bridge } from "./bridge.ts";
import type { ChildReport, ChildStart } from "./child-protocol.ts";
import { loadChdb } from "./native.ts";

const DRAIN_MS = 4_000;
/** Containers often have 64 MB in /dev/shm, too little for several large inserts at once. */
const MIN_MEMORY_FOLDER_BYTES = 1024 ** 3;
/** The engine's many threads give way to the server's one, which every request and heartbeat passes through. */
const NICENESS = 5;

/**
 * The ClickHouse child: chdb and its HTTP bridge in a process of their own, because a crash of the library
 * takes its process along. It ends with its parent, whose death closes the IPC channel.
 */
function main(): void {
  // Before the library is loaded: its threads take over the priority of the one that makes them.
  setPriority(NICENESS);
  let bridge: Bridge | undefined;
  let pipeFolder: string | undefined;
  const leave = () => {
    if (pipeFolder) rmSync(pipeFolder, { recursive: true, force: true });
    // Unloading chdb can crash or hang; everything acknowledged is on disk, so nothing is unloaded.
    process.kill(process.pid, "SIGKILL");
  };
  process.once("disconnect", leave);
  // The parent may have died before there was anyone to hear of it.
  if (!process.connected) leave();
  // A terminal sends SIGINT to the whole group; the parent decides when this process stops.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => {});
  process.on("message", (message: ChildStart | { type: "stop" }) => {
    if (message.type === "stop") {
      void (bridge?.drain(DRAIN_MS) ?? Promise.resolve()).finally(leave);
      return;
    }
    mkdirSync(message.dataPath, { recursive: true, mode: 0o700 });
    pipeFolder = emptyPassingFolder(message.dataPath);
    bridge = new Bridge({ ...message, native: loadChdb(), pipeFolder });
    bridge.server.once("error", (error: NodeJS.ErrnoException) => {
      report({ type: "failed", code: error.code ?? "", message: error.message });
      leave();
    });
    const { server } = bridge;
    void bridge.warmUp().then(() => {
      server.listen(message.port, "127.0.0.1", () => {
        report({ type: "listening", port: (server.address() as AddressInfo).port });
      });
    });
  });
}

/** An empty folder for what passes between bridge and engine; named after the data, so a crash leaves no second. */
function emptyPassingFolder(dataPath: string): string {
  const name = createHash("sha256").update(`${process.getuid?.()}:${dataPath}`).digest("hex").slice(0, 16);
  const folder = join(memoryFolder(), `flightdeck-${name}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { mode: 0o700 });
  return folder;
}

/** A folder in memory where there is one, for data that only pass from the bridge to the engine. */
function memoryFolder(): string {
  try {
    accessSync("/dev/shm", constants.W_OK | constants.X_OK);
    const { bavail, bsize } = statfsSync("/dev/shm");
    return bavail * bsize >= MIN_MEMORY_FOLDER_BYTES ? "/dev/shm" : tmpdir();
  } catch {
    return tmpdir();
  }
}

function report(message: ChildReport): void {
  process.send?.(message);
}

main();

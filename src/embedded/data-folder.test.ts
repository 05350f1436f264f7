import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { blockedAncestor, openDataFolder } from "./data-folder.ts";
import { testFolder } from "./test-folder.ts";

let folder: ReturnType<typeof testFolder>;
beforeEach(() => {
  folder = testFolder();
});
afterEach(() => folder.remove());

const opener = (path: string) =>
  `const { openDataFolder } = await import(${JSON.stringify(new URL("./data-folder.ts", import.meta.url).href)});
   await openDataFolder(${JSON.stringify(path)}); console.log("open"); setInterval(() => {}, 1000);`;

/** What a process says: its first output if it goes on, all its complaints if it ends. */
function firstOutput(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    let complaints = "";
    child.stderr?.on("data", (chunk) => {
      complaints += chunk;
    });
    child.stdout?.once("data", (chunk) => resolve(String(chunk)));
    child.once("close", () => resolve(complaints));
  });
}

describe("the data folder", () => {
  it("is created, and can be opened again once released", async () => {
    const path = join(folder.path, "new", "data");
    (await openDataFolder(path)).release();
    (await openDataFolder(path)).release();
  });

  it("belongs to one process at a time, and is free as soon as that process is killed", async () => {
    const holder = spawn(process.execPath, ["--input-type=module", "-e", opener(folder.path)]);
    await once(holder.stdout, "data");
    const attempt = openDataFolder(folder.path);
    await expect(attempt).rejects.toMatchObject({ code: "data_folder_locked" });
    await expect(attempt).rejects.toThrow(`process ${holder.pid}`);
    holder.kill("SIGKILL");
    await once(holder, "exit");
    (await openDataFolder(folder.path)).release();
  });

  it("opens for exactly one of many that try at once", async () => {
    const tries = Array.from({ length: 4 }, () =>
      spawn(process.execPath, ["--input-type=module", "-e", opener(folder.path)], {
        stdio: ["ignore", "pipe", "pipe"],
      }),
    );
    const said = await Promise.all(tries.map(firstOutput));
    expect(said.filter((output) => output === "open\n")).toHaveLength(1);
    expect(said.filter((output) => output.includes("data_folder_locked"))).toHaveLength(3);
    for (const one of tries) one.kill("SIGKILL");
  }, 20_000);

  it("cannot be opened twice in one process", async () => {
    const opened = await openDataFolder(folder.path);
    await expect(openDataFolder(folder.path)).rejects.toMatchObject({ code: "data_folder_locked" });
    opened.release();
  });

  it("must be writable", async () => {
    writeFileSync(join(folder.path, "file"), "");
    await expect(openDataFolder(join(folder.path, "file", "data"))).rejects.toMatchObject({
      code: "data_folder_not_writable",
    });
  });

  it("must have room", async () => {
    await expect(openDataFolder(folder.path, { minFreeBytes: 2 ** 60 })).rejects.toMatchObject({
      code: "disk_full",
    });
  });

  it.skipIf(process.getuid?.() !== 0 || process.platform !== "linux")("reports a full disk", async () => {
    const mount = join(folder.path, "tiny");
    mkdirSync(mount);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", mount]);
    try {
      await expect(openDataFolder(mount)).rejects.toMatchObject({ code: "disk_full", status: 507 });
    } finally {
      execFileSync("umount", [mount]);
    }
  });

  it("names the ancestor that another user cannot pass", async () => {
    const closed = join(folder.path, "closed");
    mkdirSync(join(closed, "data"), { recursive: true, mode: 0o755 });
    const stranger = { uid: 65_534, gid: 65_534 };
    expect(await blockedAncestor(join(closed, "data"), stranger)).toBeUndefined();
    execFileSync("chmod", ["700", closed]);
    expect(await blockedAncestor(join(closed, "data"), stranger)).toBe(closed);
  });
});

import { execFile } from "node:child_process";
import { chown, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import { untilGone } from "../leftover-child.ts";
import type { EngineLogger } from "../logger.ts";
import { processIdentity } from "../process-identity.ts";
import type { PostgresBinaries } from "./postgres-binaries.ts";
import { commandLine, type RunAs } from "./run-as.ts";

/** The superuser of the embedded cluster. */
export const POSTGRES_USER = "flightdeck";

/** The environment of PostgreSQL's programs: nothing of ours, no PG* variables, one locale. */
export const POSTGRES_ENV = { LC_ALL: "C", LANG: "C", TZ: "UTC", PATH: process.env.PATH ?? "" };

/**
 * Creates the database cluster in `<home>/cluster` once. It is made beside and renamed, so a kill half-way
 * leaves nothing that looks finished. Throws `postgres_initdb_failed`.
 */
export async function ensureCluster(
  home: string,
  binaries: PostgresBinaries,
  runAs: RunAs,
  password: string,
): Promise<string> {
  const { user } = runAs;
  const cluster = join(home, "cluster");
  if (await exists(join(cluster, "PG_VERSION"))) return cluster;
  const part = join(home, "cluster.part");
  const passwordFile = join(home, "initdb-password");
  await rm(part, { recursive: true, force: true });
  try {
    await writeFile(passwordFile, password, { mode: 0o600 });
    if (user) await chown(passwordFile, user.uid, user.gid);
    const [program, args] = commandLine(runAs, binaries.initdb, [
      `--pgdata=${part}`,
      `--username=${POSTGRES_USER}`,
      "--auth=scram-sha-256",
      `--pwfile=${passwordFile}`,
      "--encoding=UTF8",
      "--locale=C",
      "--locale-provider=builtin",
      "--builtin-locale=C.UTF-8",
      "--no-instructions",
    ]);
    await promisify(execFile)(program, args, { ...user, env: POSTGRES_ENV, cwd: home });
  } catch (cause) {
    const said = (cause as { stderr?: string }).stderr?.trim() || (cause as Error).message;
    throw new FlightdeckError(`PostgreSQL's database could not be created in ${home}: ${said}`, {
      code: "postgres_initdb_failed",
      status: 503,
      cause,
    });
  } finally {
    await rm(passwordFile, { force: true });
  }
  await rename(part, cluster);
  return cluster;
}

/**
 * Ends a PostgreSQL that outlived its parent. `postmaster.pid` names it; it is ours only if that process
 * works in this very cluster folder. SIGQUIT makes it and its backends leave at once; the log recovers.
 */
export async function endLeftoverPostmaster(cluster: string, logger: EngineLogger): Promise<void> {
  const file = join(cluster, "postmaster.pid");
  const pid = Number((await readFile(file, "utf8").catch(() => "")).split("\n")[0]);
  if (!Number.isInteger(pid) || pid <= 1) return;
  const identity = await processIdentity(pid);
  if (identity === undefined || !(await isPostmasterOf(pid, cluster))) {
    // A stranger took over the number; PostgreSQL would believe that the cluster is still running.
    await rm(file, { force: true });
    return;
  }
  logger.warn({ engine: "postgres", pid }, "a PostgreSQL of an earlier run is still there and is ended");
  process.kill(pid, "SIGQUIT");
  await untilGone(pid, identity, 15_000);
}

async function isPostmasterOf(pid: number, cluster: string): Promise<boolean> {
  const commandLine = await commandOf(pid);
  return commandLine.includes("postgres") && commandLine.includes(cluster);
}

async function commandOf(pid: number): Promise<string> {
  if (process.platform === "linux") {
    return readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  }
  const { stdout } = await promisify(execFile)("ps", ["-o", "command=", "-p", String(pid)]).catch(() => ({
    stdout: "",
  }));
  return stdout;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

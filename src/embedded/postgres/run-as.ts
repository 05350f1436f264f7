import { execFile } from "node:child_process";
import { chmod, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import { blockedAncestor, type PostgresUser, postgresUser } from "../data-folder.ts";

/** How PostgreSQL's programs are run so that they do not find themselves to be root, which they refuse. */
export interface RunAs {
  /** The user to switch to, who owns the files; undefined for ourselves. */
  user: PostgresUser | undefined;
  /** A command that the programs are put behind, empty for none. */
  prefix: readonly string[];
}

/**
 * Chooses how to run PostgreSQL: as ourselves, or when we are root as `nobody`. Where `nobody` cannot reach
 * the data folder, as below /root or in a private temporary folder, the programs run in a user namespace in
 * which root is called `nobody` (user_namespaces(7)): they pass their check, and the files stay root's.
 * Throws `data_folder_not_reachable` where neither is possible.
 */
export async function chooseRunAs(dataFolder: string, home: string): Promise<RunAs> {
  const user = await postgresUser();
  if (!user) return { user: undefined, prefix: [] };
  const renamed = ["unshare", `--map-user=${user.uid}`, `--map-group=${user.gid}`, "--"];
  const owner = await ownerOf(home);
  // Files that root made in an earlier run can only be opened the same way again.
  if (owner === 0) return { user: undefined, prefix: renamed };
  const blocked = await blockedAncestor(dirname(dataFolder), user);
  if (blocked === undefined) {
    // The data folder is ours to open; the folders above it are not.
    const { mode } = await stat(dataFolder);
    await chmod(dataFolder, (mode & 0o7777) | 0o001);
    return { user, prefix: [] };
  }
  if (owner === undefined && (await works(renamed))) return { user: undefined, prefix: renamed };
  throw new FlightdeckError(
    `PostgreSQL does not run as root, so Flightdeck runs it as the user nobody, who cannot pass through ${blocked}. ` +
      "Set FLIGHTDECK_DATA to a folder every user can reach, such as /var/lib/flightdeck, " +
      `or run Flightdeck as another user, or allow it with: chmod o+x ${blocked}`,
    { code: "data_folder_not_reachable", status: 503 },
  );
}

/** The command line of a program under a way to run it. */
export function commandLine(runAs: RunAs, program: string, args: readonly string[]): [string, string[]] {
  const [first, ...rest] = [...runAs.prefix, program, ...args];
  return [first!, rest];
}

async function ownerOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ uid }) => uid,
    () => undefined,
  );
}

/** Whether this machine allows user namespaces; many containers do not. */
async function works(prefix: readonly string[]): Promise<boolean> {
  const [program, args] = commandLine({ user: undefined, prefix }, "true", []);
  return promisify(execFile)(program, args).then(
    () => true,
    () => false,
  );
}

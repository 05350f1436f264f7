/**
 * @typedef {{ version?: string, link?: boolean, optional?: boolean, devOptional?: boolean, peer?: boolean }} LockedPackage
 * @typedef {{ packages?: Record<string, LockedPackage> }} Lockfile
 */

/**
 * Compares what the lockfile asks for with npm's own record of what it installed
 * (node_modules/.package-lock.json, written when an installation is complete).
 * Optional packages may be missing: most belong to other platforms.
 * @param {Lockfile | null} wanted package-lock.json
 * @param {Lockfile | null} installed null when nothing, or only half, was installed
 * @returns {string | null} why to install, or null when everything is there
 */
export function findStalePackage(wanted, installed) {
  if (wanted === null || wanted.packages === undefined) return null;
  if (installed === null || installed.packages === undefined) return "none are installed yet";
  for (const [path, entry] of Object.entries(wanted.packages)) {
    if (!path.startsWith("node_modules/") || entry.link) continue;
    const present = installed.packages[path];
    const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
    if (present === undefined && (entry.optional || entry.devOptional)) continue;
    if (present === undefined) return `${name} is missing`;
    if (present.version !== entry.version) return `${name} is not at ${entry.version}`;
  }
  return null;
}

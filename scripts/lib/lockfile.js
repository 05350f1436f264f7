/**
 * @typedef {{
 *   version?: string, resolved?: string, link?: boolean, dev?: boolean, optional?: boolean,
 *   os?: string[], cpu?: string[], libc?: string[], optionalDependencies?: Record<string, string>,
 * }} LockedPackage
 * @typedef {Record<string, LockedPackage>} LockedPackages the `packages` of a package-lock.json
 */

const SYSTEMS = [
  "android",
  "darwin",
  "freebsd",
  "linux",
  "netbsd",
  "openbsd",
  "openharmony",
  "sunos",
  "win32",
];
const PROCESSORS = ["arm64", "arm", "ia32", "loong64", "ppc64", "riscv64", "s390x", "wasm32", "x64"];

/**
 * The binary packages of other platforms that a lockfile should name and does not. npm leaves out those it could
 * not fetch, and then refuses `npm ci` because the lockfile is "not in sync".
 * @param {LockedPackages} packages
 * @returns {LockedPackages} entries to add, by path
 */
export function missingPlatformPackages(packages) {
  /** @type {LockedPackages} */
  const missing = {};
  for (const [path, parent] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(parent.optionalDependencies || {})) {
      if (locate(packages, path, name) !== undefined) continue;
      const place = packages[`node_modules/${name}`] === undefined ? "" : `${path}/`;
      missing[`${place}node_modules/${name}`] = {
        version,
        ...platformOf(name),
        ...(parent.dev ? { dev: true } : {}),
        optional: true,
      };
    }
  }
  return missing;
}

/**
 * The platform that a binary package's name tells, as npm's `os`, `cpu` and `libc` fields.
 * @param {string} name such as `@biomejs/cli-linux-arm64-musl`
 * @returns {{ os?: string[], cpu?: string[], libc?: string[] }} only the fields that the name tells
 */
export function platformOf(name) {
  const words = name.split(/[/-]/);
  const system = SYSTEMS.find((os) => words.includes(os));
  const processor = PROCESSORS.find((cpu) => words.includes(cpu));
  const libc = words.some((word) => word.startsWith("musl"))
    ? "musl"
    : words.some((word) => word.startsWith("gnu"))
      ? "glibc"
      : undefined;
  return {
    ...(processor === undefined ? {} : { cpu: [processor] }),
    ...(libc === undefined || system !== "linux" ? {} : { libc: [libc] }),
    ...(system === undefined ? {} : { os: [system] }),
  };
}

/**
 * Addresses of the registry a lockfile was made with; they would tie every installation to it.
 * @param {LockedPackages} packages
 */
export function resolvedAddresses(packages) {
  return Object.values(packages).flatMap((entry) =>
    entry.resolved !== undefined && !entry.link ? [entry.resolved] : [],
  );
}

/** Finds a dependency the way Node does: beside the package, then in each folder above. */
function locate(packages, from, name) {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/node_modules/")))) {
    const found = packages[folder === "" ? `node_modules/${name}` : `${folder}/node_modules/${name}`];
    if (found !== undefined || folder === "") return found;
  }
}

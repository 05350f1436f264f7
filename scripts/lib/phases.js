/**
 * What `npm test` runs, in order: the cheap before the dear. Each command of a check counts as one test.
 * @typedef {{ name: string, title: string, command: string[] }} Check run as it stands
 * @typedef {{ name: string, title: string, project: string, needsChromium?: boolean }} TestRun a vitest project
 * @typedef {{ name: string, title: string, build: true }} Build the user interface
 * @type {(Check | TestRun | Build)[]}
 */
export const PHASES = [
  { name: "typecheck", title: "Types: server", command: ["tsc", "--noEmit", "-p", "tsconfig.server.json"] },
  { name: "typecheck", title: "Types: web", command: ["tsc", "--noEmit", "-p", "tsconfig.web.json"] },
  { name: "typecheck", title: "Types: e2e", command: ["tsc", "--noEmit", "-p", "tsconfig.e2e.json"] },
  { name: "typecheck", title: "Types: tools", command: ["tsc", "--noEmit", "-p", "tsconfig.tools.json"] },
  { name: "typecheck", title: "Types: sdk", command: ["tsc", "--noEmit", "-p", "sdk"] },
  { name: "lint", title: "Lint and format", command: ["biome", "ci", "--colors=off"] },
  { name: "knip", title: "Unused code and dependencies", command: ["knip"] },
  { name: "unit", title: "Boundaries, unit and integration tests", project: "unit" },
  { name: "build", title: "User interface build", build: true },
  { name: "e2e", title: "End-to-end tests", project: "e2e", needsChromium: true },
];

/**
 * The phases of the given names in their own order; all without names.
 * @param {string[]} names
 * @throws {Error} naming the first unknown name
 */
export function choosePhases(names) {
  for (const name of names) {
    if (PHASES.some((phase) => phase.name === name)) continue;
    const known = [...new Set(PHASES.map((phase) => phase.name))].join(", ");
    throw new Error(`There is no phase "${name}". There are: ${known}.`);
  }
  return names.length === 0 ? PHASES : PHASES.filter((phase) => names.includes(phase.name));
}

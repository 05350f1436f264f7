import { ENV_VARIABLES } from "./env.ts";

const INTRO = `# Configuration

Flightdeck is configured by environment variables and needs none to start. This page is generated from
\`src/config/env.ts\` by \`npm run docs\`; a test keeps the two equal. An empty variable counts as unset. A
\`FLIGHTDECK_…\` variable that is not on this page is warned about at start, with the nearest name.
`;

/** The text of docs/configuration.md. */
export function configurationDocs(): string {
  const groups = new Map<string, string[]>();
  for (const [name, variable] of Object.entries(ENV_VARIABLES)) {
    const secret = "secret" in variable ? " Secret: never logged." : "";
    const row = `| \`${name}\` | ${variable.defaultText} | ${variable.description}${secret} |`;
    groups.set(variable.group, [...(groups.get(variable.group) ?? []), row]);
  }
  const sections = [...groups].map(
    ([group, rows]) =>
      `## ${group}\n\n| Variable | Default | What it does |\n|---|---|---|\n${rows.join("\n")}\n`,
  );
  return [INTRO, ...sections].join("\n");
}

import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";

export const agentNotFound = (ref: string) =>
  new FlightdeckError(
    `There is no agent "${ref.slice(0, 200)}" in this project. Register it, or send its heartbeat under its name.`,
    { code: "agent_not_found", status: 404 },
  );

export const agentNameTaken = (name: string) =>
  new FlightdeckError(`Another agent of this project has the name or id "${name}" already.`, {
    code: "agent_name_taken",
    status: 409,
  });

export const tooManyAgents = (limit: number) =>
  new FlightdeckError(
    `This project has ${limit} agents, which is the most it may have. Delete some with ?purge=true, or name agents ` +
      "after what they are and not after single runs.",
    { code: "too_many_agents", status: 409 },
  );

export const configurationChanged = (version: number) =>
  new FlightdeckError(
    `Somebody else changed the configuration meanwhile: it is at version ${version} now. Load it again.`,
    { code: "config_version_conflict", status: 409 },
  );

export const unknownStatus = (word: string) =>
  new FlightdeckError(`"${word.slice(0, 40)}" is not a status. Report running, idle, degraded or offline.`, {
    code: "unknown_status",
    status: 400,
  });

/** Whether PostgreSQL refused a row because another has its key: https://www.postgresql.org/docs/current/errcodes-appendix.html */
export function isUniqueViolation(error: unknown): boolean {
  return (error as { code?: unknown }).code === "23505";
}

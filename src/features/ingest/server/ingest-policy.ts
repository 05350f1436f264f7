import { EVERY_ROLE, OPERATORS, type Policy } from "#platform/authorization/policy.ts";

/** Sending telemetry is for keys and operators; whether any has arrived may be seen by all. */
export const ingestPolicy = {
  "telemetry:write": OPERATORS,
  "telemetry:read": EVERY_ROLE,
} satisfies Policy;

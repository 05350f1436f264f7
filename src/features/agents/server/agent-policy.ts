import { EVERY_ROLE, OPERATORS, type Policy } from "#platform/authorization/policy.ts";

/**
 * Whoever belongs to a project sees its agents; operators change them. What agents do themselves (register, send
 * heartbeats and events, read their configuration) asks for `telemetry:write`, which their keys have.
 */
export const agentPolicy = {
  "agents:read": EVERY_ROLE,
  "agents:write": OPERATORS,
} satisfies Policy;

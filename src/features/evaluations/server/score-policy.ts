import { EVERY_ROLE, type Policy } from "#platform/authorization/policy.ts";

/** Scores may be seen by all. Saying one is sending telemetry, and asks for `telemetry:write`. */
export const scorePolicy = { "scores:read": EVERY_ROLE } satisfies Policy;

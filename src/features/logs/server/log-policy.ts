import { EVERY_ROLE, type Policy } from "#platform/authorization/policy.ts";

/** Logs may be read by everyone who may see the project. */
export const logPolicy = { "logs:read": EVERY_ROLE } satisfies Policy;

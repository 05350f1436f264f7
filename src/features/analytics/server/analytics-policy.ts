import { EVERY_ROLE, type Policy } from "#platform/authorization/policy.ts";

/** Whoever belongs to a project may ask about it. */
export const analyticsPolicy = { "analytics:read": EVERY_ROLE } satisfies Policy;

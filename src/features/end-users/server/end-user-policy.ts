import { EVERY_ROLE, type Policy } from "#platform/authorization/policy.ts";

/** Whoever belongs to a project may look at the end users of its agents. */
export const endUserPolicy = { "end_users:read": EVERY_ROLE } satisfies Policy;

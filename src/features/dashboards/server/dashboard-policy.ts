import { EVERY_ROLE, type Policy } from "#platform/authorization/policy.ts";

/** Whoever belongs to a project may see its overview. */
export const dashboardPolicy = { "dashboards:read": EVERY_ROLE } satisfies Policy;

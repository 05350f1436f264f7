import { EVERY_ROLE, type Policy } from "#platform/authorization/policy.ts";

/** Metrics may be read by everyone who may see the project. */
export const metricPolicy = { "metrics:read": EVERY_ROLE } satisfies Policy;

import { EVERY_ROLE, type Policy } from "#platform/authorization/policy.ts";

/** Whoever belongs to a project may look at its traces. */
export const tracePolicy = { "traces:read": EVERY_ROLE } satisfies Policy;

import { EVERY_ROLE, type Policy } from "#platform/authorization/policy.ts";

/** Whoever may read the lists may take them along. */
export const exportPolicy = { "exports:read": EVERY_ROLE } satisfies Policy;

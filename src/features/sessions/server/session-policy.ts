import { EVERY_ROLE, type Policy } from "#platform/authorization/policy.ts";

/** Whoever belongs to a project may look at its sessions and end users. */
export const sessionPolicy = { "sessions:read": EVERY_ROLE } satisfies Policy;

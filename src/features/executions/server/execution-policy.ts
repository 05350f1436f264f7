import { EVERY_ROLE, type Policy } from "#platform/authorization/policy.ts";

/** Whoever belongs to a project sees its executions; reporting them asks for `telemetry:write`, as agents have it. */
export const executionPolicy = { "executions:read": EVERY_ROLE } satisfies Policy;

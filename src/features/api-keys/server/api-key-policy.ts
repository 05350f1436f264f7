import { ADMINS, OPERATORS, type Policy } from "#platform/authorization/policy.ts";

/** Operators see which keys exist; administrators make and revoke them. */
export const apiKeyPolicy = {
  "api_keys:read": OPERATORS,
  "api_keys:write": ADMINS,
} satisfies Policy;

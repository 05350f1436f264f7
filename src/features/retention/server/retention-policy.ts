import { ADMINS, EVERY_ROLE, OPERATORS, type Policy } from "#platform/authorization/policy.ts";

/** Everyone sees how long data is kept; deleting is for administrators. */
export const retentionPolicy = {
  "retention:read": EVERY_ROLE,
  "retention:write": ADMINS,
  "deletions:read": OPERATORS,
  "deletions:write": ADMINS,
} satisfies Policy;

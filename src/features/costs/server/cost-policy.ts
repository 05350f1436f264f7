import { ADMINS, EVERY_ROLE, OPERATORS, type Policy } from "#platform/authorization/policy.ts";

/** Everyone sees what things cost; operators set budgets and stop agents, administrators decide on prices. */
export const costPolicy = {
  "costs:read": EVERY_ROLE,
  "budgets:write": OPERATORS,
  "prices:write": ADMINS,
} satisfies Policy;

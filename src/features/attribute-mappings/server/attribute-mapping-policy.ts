import { ADMINS, EVERY_ROLE, type Policy } from "#platform/authorization/policy.ts";

/** Everyone sees how spans are read; administrators change it. */
export const attributeMappingPolicy = {
  "attribute_mappings:read": EVERY_ROLE,
  "attribute_mappings:write": ADMINS,
} satisfies Policy;

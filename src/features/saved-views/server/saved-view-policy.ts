import { EVERY_ROLE, type Policy } from "#platform/authorization/policy.ts";

/** A view holds no data of its own, so whoever sees the pages may keep views of them. Keys own nothing. */
export const savedViewPolicy = {
  "saved_views:read": EVERY_ROLE,
  "saved_views:write": EVERY_ROLE,
} satisfies Policy;

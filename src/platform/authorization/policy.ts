import type { Permission } from "./principal.ts";

export const ROLES = ["owner", "admin", "operator", "viewer"] as const;
export type Role = (typeof ROLES)[number];

/** Which roles hold which permissions; each feature declares its own part. */
export type Policy = Readonly<Record<Permission, readonly Role[]>>;

/** Everyone who may see a project. */
export const EVERY_ROLE = ROLES;
/** Those who run things. */
export const OPERATORS: readonly Role[] = ["owner", "admin", "operator"];
/** Those who manage access. */
export const ADMINS: readonly Role[] = ["owner", "admin"];

/** The permissions of each role over all features' policies. */
export function permissionsByRole(policies: readonly Policy[]): Record<Role, ReadonlySet<Permission>> {
  const of = (role: Role) =>
    new Set(
      policies.flatMap((policy) =>
        Object.entries(policy)
          .filter(([, roles]) => roles.includes(role))
          .map(([permission]) => permission as Permission),
      ),
    );
  return { owner: of("owner"), admin: of("admin"), operator: of("operator"), viewer: of("viewer") };
}

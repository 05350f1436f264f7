import type { Kysely } from "kysely";
import { uuidv7 } from "uuidv7";
import type { Role } from "#platform/authorization/policy.ts";
import type { Permission, ProjectAccess } from "#platform/authorization/principal.ts";
import type { Database } from "#platform/postgres/database.ts";

type AccessTables = {
  organizations: { id: string; slug: string; name: string };
  projects: { id: string; organization_id: string; slug: string; name: string; created_at: Date };
  organization_members: { organization_id: string; user_id: string; role: Role };
};

/** Reads and makes projects and memberships. */
export class ProjectStore {
  private readonly database: Kysely<AccessTables>;

  constructor(database: Database) {
    this.database = database.withTables<AccessTables>();
  }

  /** The projects a user can see, oldest first, with what the user's role may do there. */
  async projectsOfUser(
    userId: string,
    permissions: Record<Role, ReadonlySet<Permission>>,
  ): Promise<ProjectAccess[]> {
    const rows = await this.database
      .selectFrom("organization_members as member")
      .innerJoin("projects as project", "project.organization_id", "member.organization_id")
      .select(["project.id", "project.slug", "project.name", "member.role"])
      .where("member.user_id", "=", userId)
      .orderBy("project.created_at")
      .orderBy("project.id")
      .execute();
    return rows.map((row) => ({ ...row, permissions: permissions[row.role] }));
  }

  /** The oldest project, if any exists. */
  firstProject(): Promise<{ id: string; slug: string; name: string } | undefined> {
    return this.database
      .selectFrom("projects")
      .select(["id", "slug", "name"])
      .orderBy("created_at")
      .orderBy("id")
      .limit(1)
      .executeTakeFirst();
  }

  /** Makes the organization and project that a first start begins with, owned by `ownerId`. */
  createDefault(ownerId: string): Promise<{ id: string; slug: string; name: string }> {
    return this.database.transaction().execute(async (trx) => {
      const organization = { id: uuidv7(), slug: "default", name: "Default organization" };
      const project = { id: uuidv7(), organization_id: organization.id, slug: "default", name: "Default" };
      await trx.insertInto("organizations").values(organization).execute();
      await trx
        .insertInto("projects")
        .values({ ...project, created_at: new Date() })
        .execute();
      await trx
        .insertInto("organization_members")
        .values({ organization_id: organization.id, user_id: ownerId, role: "owner" })
        .execute();
      return project;
    });
  }
}

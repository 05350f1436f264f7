import type { Kysely } from "kysely";
import { uuidv7 } from "uuidv7";
import type { MappingRule, MappingTarget } from "#features/telemetry/telemetry-mapping-contract.ts";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import type { Database } from "#platform/postgres/database.ts";

/** Rules of one project: each is asked for every span that arrives. */
const MAX_RULES = 100;

export interface AttributeMappingRow {
  id: string;
  project_id: string;
  attribute: string;
  target: MappingTarget;
  mode: "fill" | "override";
  created_by: string | null;
  created_at: Date;
}

/** The attribute mappings of projects. */
export class AttributeMappingStore {
  private readonly database: Kysely<{ attribute_mappings: AttributeMappingRow }>;

  constructor(database: Database) {
    this.database = database.withTables<{ attribute_mappings: AttributeMappingRow }>();
  }

  /** All rules of all projects in the order they were made, for the copy in memory that ingest asks. */
  all(): Promise<AttributeMappingRow[]> {
    return this.database.selectFrom("attribute_mappings").selectAll().orderBy("id").execute();
  }

  /** Rules of a project in the order they were made; `afterId` is the last of the page before. */
  list(projectId: string, limit: number, afterId?: string): Promise<AttributeMappingRow[]> {
    let query = this.database
      .selectFrom("attribute_mappings")
      .selectAll()
      .where("project_id", "=", projectId)
      .orderBy("id")
      .limit(limit);
    if (afterId) query = query.where("id", ">", afterId);
    return query.execute();
  }

  /** Adds a rule. Throws `mapping_exists` (409) and `too_many_mappings` (409). */
  async create(projectId: string, rule: MappingRule, createdBy: string | null): Promise<AttributeMappingRow> {
    const { count } = await this.database
      .selectFrom("attribute_mappings")
      .select((expression) => expression.fn.countAll<string>().as("count"))
      .where("project_id", "=", projectId)
      .executeTakeFirstOrThrow();
    if (Number(count) >= MAX_RULES) {
      throw new FlightdeckError(
        `A project has at most ${MAX_RULES} mappings. Remove one that is not needed.`,
        {
          code: "too_many_mappings",
          status: 409,
        },
      );
    }
    const row = await this.database
      .insertInto("attribute_mappings")
      .values({ id: uuidv7(), project_id: projectId, ...rule, created_by: createdBy, created_at: new Date() })
      .onConflict((conflict) => conflict.columns(["project_id", "attribute", "target"]).doNothing())
      .returningAll()
      .executeTakeFirst();
    if (row) return row;
    throw new FlightdeckError(`${rule.attribute} is mapped to ${rule.target} already.`, {
      code: "mapping_exists",
      status: 409,
    });
  }

  /** Removes a rule; false when the project has none of this id. */
  async remove(projectId: string, id: string): Promise<boolean> {
    const row = await this.database
      .deleteFrom("attribute_mappings")
      .where("project_id", "=", projectId)
      .where("id", "=", id)
      .returning("id")
      .executeTakeFirst();
    return row !== undefined;
  }
}

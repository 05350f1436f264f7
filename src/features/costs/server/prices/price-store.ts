import { type Kysely, sql } from "kysely";
import { uuidv7 } from "uuidv7";
import type { Database } from "#platform/postgres/database.ts";
import type { CostSettings, CostSettingsPatch, Rates } from "../../price-contract.ts";
import type { PriceOverride } from "./price-override.ts";

type Tier = { above_input_tokens: number; rates: Rates };

type PriceTables = {
  price_overrides: OverrideRow & { project_id: string; created_by: string | null };
  cost_settings: CostSettings & { project_id: string; prices_revision: string; updated_at: Date };
};

/** An override as it is stored. */
export interface OverrideRow {
  id: string;
  provider: string;
  model: string;
  service_tier: string;
  rates: Rates;
  tiers: Tier[];
  tier_factors: Record<string, number>;
  valid_from: Date | null;
  valid_to: Date | null;
  note: string;
  revision: number;
  created_at: Date;
  updated_at: Date;
}

/** What of an override its makers decide. */
export type OverrideFields = Omit<OverrideRow, "id" | "revision" | "created_at" | "updated_at">;

const COLUMNS = [
  "id",
  "provider",
  "model",
  "service_tier",
  "rates",
  "tiers",
  "tier_factors",
  "valid_from",
  "valid_to",
  "note",
  "revision",
  "created_at",
  "updated_at",
] as const;

/** Settings of a project that has none stored; the same as the columns' defaults. */
export const DEFAULT_COST_SETTINGS: CostSettings = {
  prefer_reported: false,
  loop_mode: "notify",
  loop_same_call: 20,
  loop_depth: 50,
  loop_calls_per_minute: 600,
  loop_usd_per_minute: null,
};

/** Price overrides and cost settings of projects. Each change raises the project's revision in the same transaction. */
export class PriceStore {
  private readonly database: Kysely<PriceTables>;

  constructor(database: Database) {
    this.database = database.withTables<PriceTables>();
  }

  /** Newest first; `afterId` is the last of the page before. */
  list(projectId: string, limit: number, afterId?: string): Promise<OverrideRow[]> {
    let query = this.database
      .selectFrom("price_overrides")
      .select(COLUMNS)
      .where("project_id", "=", projectId)
      .orderBy("id", "desc")
      .limit(limit);
    if (afterId) query = query.where("id", "<", afterId);
    return query.execute();
  }

  find(projectId: string, id: string): Promise<OverrideRow | undefined> {
    return this.database
      .selectFrom("price_overrides")
      .select(COLUMNS)
      .where("project_id", "=", projectId)
      .where("id", "=", id)
      .executeTakeFirst();
  }

  create(projectId: string, fields: OverrideFields, createdBy: string | null): Promise<OverrideRow> {
    return this.change(projectId, (transaction) =>
      transaction
        .insertInto("price_overrides")
        .values({
          id: uuidv7(),
          project_id: projectId,
          ...asJson(fields),
          revision: 1,
          created_by: createdBy,
          created_at: new Date(),
          updated_at: new Date(),
        })
        .returning(COLUMNS)
        .executeTakeFirstOrThrow(),
    );
  }

  /** Undefined when there is no such override. */
  update(projectId: string, id: string, fields: OverrideFields): Promise<OverrideRow | undefined> {
    return this.change(projectId, (transaction) =>
      transaction
        .updateTable("price_overrides")
        .set({ ...asJson(fields), updated_at: new Date(), revision: sql<number>`revision + 1` })
        .where("project_id", "=", projectId)
        .where("id", "=", id)
        .returning(COLUMNS)
        .executeTakeFirst(),
    );
  }

  async remove(projectId: string, id: string): Promise<boolean> {
    const removed = await this.change(projectId, (transaction) =>
      transaction
        .deleteFrom("price_overrides")
        .where("project_id", "=", projectId)
        .where("id", "=", id)
        .returning("id")
        .executeTakeFirst(),
    );
    return removed !== undefined;
  }

  async settings(projectId: string): Promise<CostSettings> {
    const row = await this.database
      .selectFrom("cost_settings")
      .select(Object.keys(DEFAULT_COST_SETTINGS) as (keyof CostSettings)[])
      .where("project_id", "=", projectId)
      .executeTakeFirst();
    return row ?? DEFAULT_COST_SETTINGS;
  }

  async changeSettings(projectId: string, patch: CostSettingsPatch): Promise<CostSettings> {
    await this.change(projectId, (transaction) =>
      transaction
        .updateTable("cost_settings")
        .set({ ...patch, updated_at: new Date() })
        .where("project_id", "=", projectId)
        .execute(),
    );
    return this.settings(projectId);
  }

  /** A text that changes whenever any project's prices do. */
  async revision(): Promise<string> {
    const row = await this.database
      .selectFrom("cost_settings")
      .select(sql<string>`concat(count(*), ':', coalesce(sum(prices_revision), 0))`.as("revision"))
      .executeTakeFirst();
    return row?.revision ?? "";
  }

  /** All projects' overrides and what they prefer, for the price book. */
  async all(): Promise<{ overrides: PriceOverride[]; preferReported: string[] }> {
    const rows = await this.database
      .selectFrom("price_overrides")
      .select([...COLUMNS, "project_id"])
      .execute();
    const prefer = await this.database
      .selectFrom("cost_settings")
      .select("project_id")
      .where("prefer_reported", "=", true)
      .execute();
    return {
      overrides: rows.map((row) => asOverride(row, row.project_id)),
      preferReported: prefer.map((row) => row.project_id),
    };
  }

  private change<T>(projectId: string, work: (transaction: Kysely<PriceTables>) => Promise<T>): Promise<T> {
    return this.database.transaction().execute(async (transaction) => {
      await sql`
        INSERT INTO cost_settings (project_id, prices_revision) VALUES (${projectId}, 1)
        ON CONFLICT (project_id) DO UPDATE SET prices_revision = cost_settings.prices_revision + 1
      `.execute(transaction);
      return work(transaction);
    });
  }
}

/** Lists go to the driver as JSON text, or it would write them as PostgreSQL arrays. */
function asJson(fields: OverrideFields) {
  return {
    ...fields,
    rates: sql<Rates>`${JSON.stringify(fields.rates)}::jsonb`,
    tiers: sql<Tier[]>`${JSON.stringify(fields.tiers)}::jsonb`,
    tier_factors: sql<Record<string, number>>`${JSON.stringify(fields.tier_factors)}::jsonb`,
  };
}

/** A stored override as the price book takes it. */
export function asOverride(row: OverrideRow, projectId: string): PriceOverride {
  return {
    id: row.id,
    projectId,
    provider: row.provider,
    model: row.model,
    serviceTier: row.service_tier,
    rates: row.rates,
    tiers: row.tiers,
    tierFactors: row.tier_factors,
    validFromMs: row.valid_from?.getTime() ?? Number.NEGATIVE_INFINITY,
    validToMs: row.valid_to?.getTime() ?? Number.POSITIVE_INFINITY,
    revision: row.revision,
    createdAtMs: row.created_at.getTime(),
  };
}

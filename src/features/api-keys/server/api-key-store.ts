import type { Kysely } from "kysely";
import { uuidv7 } from "uuidv7";
import { hashToken, randomToken } from "#platform/crypto/tokens.ts";
import type { Database } from "#platform/postgres/database.ts";
import type { ApiKeyScope } from "../api-key-contract.ts";

type ApiKeyTables = {
  api_keys: {
    id: string;
    project_id: string;
    name: string;
    scope: ApiKeyScope;
    prefix: string;
    key_hash: Buffer;
    created_by: string | null;
    created_at: Date;
    last_used_at: Date | null;
    revoked_at: Date | null;
    paused_at: Date | null;
    paused_until: Date | null;
    paused_reason: string;
    paused_by_violation: string | null;
  };
  projects: { id: string; slug: string; name: string };
};

export interface ApiKeyRow {
  id: string;
  name: string;
  scope: ApiKeyScope;
  prefix: string;
  created_at: Date;
  last_used_at: Date | null;
  paused_at: Date | null;
  paused_until: Date | null;
  paused_reason: string;
}

/** Why a key is refused for now, and until when; null: until someone resumes it. */
export interface KeyPause {
  reason: string;
  until: Date | null;
}

/** A key with the project it opens. */
export interface KnownKey {
  id: string;
  name: string;
  scope: ApiKeyScope;
  paused: KeyPause | null;
  project: { id: string; slug: string; name: string };
}

/** Head of a generated key; secret scanners know leaked keys by it. */
const KEY_PREFIX = "fd_live_";
/** Characters of a key that are kept in the open, to tell keys apart. */
const SHOWN_CHARACTERS = 12;

const LISTED = [
  "id",
  "name",
  "scope",
  "prefix",
  "created_at",
  "last_used_at",
  "paused_at",
  "paused_until",
  "paused_reason",
] as const;

/** API keys of projects. A key is stored as its SHA-256 only and told once, when it is made. */
export class ApiKeyStore {
  private readonly database: Kysely<ApiKeyTables>;

  constructor(database: Database) {
    this.database = database.withTables<ApiKeyTables>();
  }

  /** Makes a key; `key` sets its text (for a first start without anyone present), else it is random. */
  async create(input: {
    projectId: string;
    name: string;
    scope: ApiKeyScope;
    createdBy: string | null;
    key?: string | undefined;
  }): Promise<ApiKeyRow & { key: string }> {
    const key = input.key ?? KEY_PREFIX + randomToken();
    const row = {
      id: uuidv7(),
      name: input.name,
      scope: input.scope,
      prefix: key.slice(0, Math.min(SHOWN_CHARACTERS, key.length - 8)),
      created_at: new Date(),
      last_used_at: null,
      paused_at: null,
      paused_until: null,
      paused_reason: "",
    };
    await this.database
      .insertInto("api_keys")
      .values({
        ...row,
        project_id: input.projectId,
        key_hash: hashToken(key),
        created_by: input.createdBy,
        revoked_at: null,
        paused_by_violation: null,
      })
      .execute();
    return { ...row, key };
  }

  /** Keys that are not revoked, newest first; `afterId` is the last of the page before. */
  list(projectId: string, limit: number, afterId?: string): Promise<ApiKeyRow[]> {
    let query = this.database
      .selectFrom("api_keys")
      .select(LISTED)
      .where("project_id", "=", projectId)
      .where("revoked_at", "is", null)
      .orderBy("id", "desc")
      .limit(limit);
    // Ids are UUIDv7, so their order is the order of making.
    if (afterId) query = query.where("id", "<", afterId);
    return query.execute();
  }

  /** Whether the project has or had a key, revoked ones included. */
  async hasEverHadAny(projectId: string): Promise<boolean> {
    const row = await this.database
      .selectFrom("api_keys")
      .select("id")
      .where("project_id", "=", projectId)
      .limit(1)
      .executeTakeFirst();
    return row !== undefined;
  }

  /** Revokes a key; its hash is returned so that caches can forget it, undefined when there is no such key. */
  async revoke(projectId: string, id: string): Promise<Buffer | undefined> {
    const row = await this.database
      .updateTable("api_keys")
      .set({ revoked_at: new Date() })
      .where("project_id", "=", projectId)
      .where("id", "=", id)
      .where("revoked_at", "is", null)
      .returning("key_hash")
      .executeTakeFirst();
    return row?.key_hash;
  }

  /** Pauses a key unless it is paused until later already; undefined when there is no such key. */
  pause(
    projectId: string,
    id: string,
    why: { reason: string; until: Date | null; violationId: string | null },
  ): Promise<(ApiKeyRow & { key_hash: Buffer }) | undefined> {
    return (
      this.database
        .updateTable("api_keys")
        .set({
          paused_at: new Date(),
          paused_until: why.until,
          paused_reason: why.reason,
          paused_by_violation: why.violationId,
        })
        .where("project_id", "=", projectId)
        .where("id", "=", id)
        .where("revoked_at", "is", null)
        // A pause that a person made is not shortened by one that ends by itself.
        .$if(why.until !== null, (query) =>
          query.where((or) => or.or([or("paused_at", "is", null), or("paused_until", "<=", why.until)])),
        )
        .returning([...LISTED, "key_hash"])
        .executeTakeFirst()
    );
  }

  /** Lets a key be used again; undefined when there is no such key. */
  resume(projectId: string, id: string): Promise<(ApiKeyRow & { key_hash: Buffer }) | undefined> {
    return this.database
      .updateTable("api_keys")
      .set({ paused_at: null, paused_until: null, paused_reason: "", paused_by_violation: null })
      .where("project_id", "=", projectId)
      .where("id", "=", id)
      .where("revoked_at", "is", null)
      .returning([...LISTED, "key_hash"])
      .executeTakeFirst();
  }

  /** Lets keys be used again that these violations paused; their hashes are returned. */
  async resumePausedBy(violationIds: readonly string[]): Promise<Buffer[]> {
    if (violationIds.length === 0) return [];
    const rows = await this.database
      .updateTable("api_keys")
      .set({ paused_at: null, paused_until: null, paused_reason: "", paused_by_violation: null })
      .where("paused_by_violation", "in", violationIds)
      .returning("key_hash")
      .execute();
    return rows.map(({ key_hash }) => key_hash);
  }

  /** The key with this hash, unless it is revoked. */
  async findByHash(hash: Buffer): Promise<KnownKey | undefined> {
    const row = await this.database
      .selectFrom("api_keys as key")
      .innerJoin("projects as project", "project.id", "key.project_id")
      .select([
        "key.id",
        "key.name",
        "key.scope",
        "key.paused_at",
        "key.paused_until",
        "key.paused_reason",
        "project.id as projectId",
        "project.slug",
        "project.name as projectName",
      ])
      .where("key.key_hash", "=", hash)
      .where("key.revoked_at", "is", null)
      .executeTakeFirst();
    if (!row) return undefined;
    const project = { id: row.projectId, slug: row.slug, name: row.projectName };
    const paused = row.paused_at && { reason: row.paused_reason, until: row.paused_until };
    return { id: row.id, name: row.name, scope: row.scope, paused, project };
  }

  async markUsed(id: string, at: Date): Promise<void> {
    await this.database.updateTable("api_keys").set({ last_used_at: at }).where("id", "=", id).execute();
  }
}

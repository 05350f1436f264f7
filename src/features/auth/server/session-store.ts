import type { Kysely } from "kysely";
import { hashToken, randomToken } from "#platform/crypto/tokens.ts";
import type { Database } from "#platform/postgres/database.ts";

type SessionTables = {
  sessions: {
    token_hash: Buffer;
    user_id: string;
    created_at: Date;
    last_seen_at: Date;
    expires_at: Date;
    user_agent: string;
  };
  users: { id: string; email: string; name: string };
};

/** A session ends after 12 hours without use, and after 7 days in any case. */
export const SESSION_IDLE_MS = 12 * 3_600_000;
export const SESSION_MAX_MS = 7 * 86_400_000;
/** `last_seen_at` is written at most this often. */
const TOUCH_EVERY_MS = 60_000;

/** Browser sessions. Only the hash of a session's token is stored. */
export class SessionStore {
  private readonly database: Kysely<SessionTables>;

  constructor(database: Database) {
    this.database = database.withTables<SessionTables>();
  }

  /** Starts a session and returns its token, which is not kept. */
  async create(userId: string, userAgent: string, now: Date): Promise<string> {
    const token = randomToken();
    await this.database.deleteFrom("sessions").where("expires_at", "<", now).execute();
    await this.database
      .insertInto("sessions")
      .values({
        token_hash: hashToken(token),
        user_id: userId,
        created_at: now,
        last_seen_at: now,
        expires_at: new Date(now.getTime() + SESSION_MAX_MS),
        user_agent: userAgent.slice(0, 300),
      })
      .execute();
    return token;
  }

  /** The user of a session that is still good, and marks it as used. */
  async find(token: string, now: Date): Promise<{ id: string; email: string; name: string } | undefined> {
    const tokenHash = hashToken(token);
    const row = await this.database
      .selectFrom("sessions as session")
      .innerJoin("users as user", "user.id", "session.user_id")
      .select(["user.id", "user.email", "user.name", "session.last_seen_at"])
      .where("session.token_hash", "=", tokenHash)
      .where("session.expires_at", ">", now)
      .where("session.last_seen_at", ">", new Date(now.getTime() - SESSION_IDLE_MS))
      .executeTakeFirst();
    if (!row) return undefined;
    if (now.getTime() - row.last_seen_at.getTime() > TOUCH_EVERY_MS) {
      await this.database
        .updateTable("sessions")
        .set({ last_seen_at: now })
        .where("token_hash", "=", tokenHash)
        .execute();
    }
    return { id: row.id, email: row.email, name: row.name };
  }

  async end(token: string): Promise<void> {
    await this.database.deleteFrom("sessions").where("token_hash", "=", hashToken(token)).execute();
  }

  /** Ends every session of a user, as after a new password. */
  async endAll(userId: string): Promise<void> {
    await this.database.deleteFrom("sessions").where("user_id", "=", userId).execute();
  }
}

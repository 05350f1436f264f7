import type { Kysely } from "kysely";
import { uuidv7 } from "uuidv7";
import { hashToken, randomToken } from "#platform/crypto/tokens.ts";
import type { Database } from "#platform/postgres/database.ts";

type UserTables = {
  users: { id: string; email: string; name: string; password_hash: string | null; created_at: Date };
  one_time_links: {
    token_hash: Buffer;
    user_id: string;
    purpose: "setup";
    created_at: Date;
    expires_at: Date;
  };
};

export interface User {
  id: string;
  email: string;
  name: string;
  password_hash: string | null;
}

/** Accounts and the one-time links that set their first password. E-mail addresses are kept in lower case. */
export class UserStore {
  private readonly database: Kysely<UserTables>;

  constructor(database: Database) {
    this.database = database.withTables<UserTables>();
  }

  findByEmail(email: string): Promise<User | undefined> {
    return this.database
      .selectFrom("users")
      .select(["id", "email", "name", "password_hash"])
      .where("email", "=", email.toLowerCase())
      .executeTakeFirst();
  }

  findById(id: string): Promise<User | undefined> {
    return this.database
      .selectFrom("users")
      .select(["id", "email", "name", "password_hash"])
      .where("id", "=", id)
      .executeTakeFirst();
  }

  /** The user made first: the administrator of a first start. */
  firstUser(): Promise<User | undefined> {
    return this.database
      .selectFrom("users")
      .select(["id", "email", "name", "password_hash"])
      .orderBy("created_at")
      .limit(1)
      .executeTakeFirst();
  }

  async create(email: string, passwordHash: string | null): Promise<User> {
    const user = { id: uuidv7(), email: email.toLowerCase(), name: "", password_hash: passwordHash };
    await this.database
      .insertInto("users")
      .values({ ...user, created_at: new Date() })
      .execute();
    return user;
  }

  /** Makes a one-time link token for a user; earlier links of that user stop working. */
  async createSetupToken(userId: string, expiresAt: Date): Promise<string> {
    const token = randomToken();
    await this.database.transaction().execute(async (trx) => {
      await trx.deleteFrom("one_time_links").where("user_id", "=", userId).execute();
      await trx
        .insertInto("one_time_links")
        .values({
          token_hash: hashToken(token),
          user_id: userId,
          purpose: "setup",
          created_at: new Date(),
          expires_at: expiresAt,
        })
        .execute();
    });
    return token;
  }

  /** The user a link token is for, while it is good. */
  findBySetupToken(token: string, now: Date): Promise<User | undefined> {
    return this.database
      .selectFrom("one_time_links as link")
      .innerJoin("users as user", "user.id", "link.user_id")
      .select(["user.id", "user.email", "user.name", "user.password_hash"])
      .where("link.token_hash", "=", hashToken(token))
      .where("link.expires_at", ">", now)
      .executeTakeFirst();
  }

  /** Uses the link up and sets e-mail and password; undefined when the link is no longer good. */
  useSetupToken(token: string, email: string, passwordHash: string, now: Date): Promise<User | undefined> {
    return this.database.transaction().execute(async (trx) => {
      const link = await trx
        .deleteFrom("one_time_links")
        .where("token_hash", "=", hashToken(token))
        .where("expires_at", ">", now)
        .returning("user_id")
        .executeTakeFirst();
      if (!link) return undefined;
      return trx
        .updateTable("users")
        .set({ email: email.toLowerCase(), password_hash: passwordHash })
        .where("id", "=", link.user_id)
        .returning(["id", "email", "name", "password_hash"])
        .executeTakeFirst();
    });
  }
}

import { hashPassword } from "#features/auth/server/index.ts";
import { AdvisoryLock, withAdvisoryLock } from "#platform/postgres/advisory-lock.ts";
import type { Context } from "./context.ts";

const LINK_VALID_MS = 24 * 3_600_000;
const FIRST_KEY_NAME = "First key";

/** What the first people and agents need to come in; told once on the terminal. */
export interface Welcome {
  /** One-time link that sets the administrator's password; absent once it is set. */
  setupUrl: string | undefined;
  /** The first project's ingest key; only at the start that made it. */
  apiKey: string | undefined;
}

/**
 * Makes the administrator, the default project and its first key where they are missing. Safe to repeat,
 * and safe when several processes start at once.
 */
export async function prepareFirstStart(context: Context): Promise<Welcome> {
  return withAdvisoryLock(context.stores.pool, AdvisoryLock.firstStart, async () => {
    const { adminEmail, adminPassword, apiKey } = context.config.firstStart;
    const { users, projects, apiKeys } = context;
    const admin =
      (await users.firstUser()) ??
      (await users.create(adminEmail, adminPassword ? await hashPassword(adminPassword) : null));
    const welcome: Welcome = { setupUrl: undefined, apiKey: undefined };
    if (admin.password_hash === null) {
      const token = await users.createSetupToken(admin.id, new Date(Date.now() + LINK_VALID_MS));
      welcome.setupUrl = `${context.config.http.publicUrl}/setup?token=${token}`;
    }
    const project = (await projects.firstProject()) ?? (await projects.createDefault(admin.id));
    // Asked apart from the project: a start that was killed between the two must not leave it without a key.
    if (!(await apiKeys.hasEverHadAny(project.id))) {
      const created = await apiKeys.create({
        projectId: project.id,
        name: FIRST_KEY_NAME,
        // A key that was chosen before the first start is the only way in for programs, so it may read too.
        scope: apiKey ? "ingest_and_read" : "ingest",
        createdBy: admin.id,
        key: apiKey,
      });
      welcome.apiKey = created.key;
    }
    return welcome;
  });
}

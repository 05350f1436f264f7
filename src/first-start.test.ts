import { pino } from "pino";
import { afterEach, describe, expect, it } from "vitest";
import { decideConfig } from "#config/config.ts";
import { readEnv } from "#config/env.ts";
import { openTestStores } from "#test/support/stores.ts";
import { type Context, createContext, type Stores } from "./context.ts";
import { prepareFirstStart } from "./first-start.ts";

let stores: Stores | undefined;
afterEach(async () => {
  await stores?.close();
  stores = undefined;
});

/** A process on the same databases as the others of the test. */
async function startProcess(env: Record<string, string> = {}): Promise<Context> {
  stores ??= await openTestStores();
  return createContext(decideConfig(readEnv(env).env, false), pino({ level: "silent" }), stores);
}
async function countsOf({ stores: { pool } }: Context): Promise<Record<string, number>> {
  const { rows } = await pool.query(
    `SELECT (SELECT count(*)::int FROM users) AS users, (SELECT count(*)::int FROM organizations) AS organizations,
       (SELECT count(*)::int FROM projects) AS projects, (SELECT count(*)::int FROM organization_members) AS members,
       (SELECT count(*)::int FROM api_keys) AS keys`,
  );
  return rows[0];
}
const ONE_OF_EACH = { users: 1, organizations: 1, projects: 1, members: 1, keys: 1 };

describe("the first start", () => {
  it("makes an administrator with a one-time link, a project and a key that only sends", async () => {
    const context = await startProcess({ FLIGHTDECK_PORT: "8123" });
    const { setupUrl, apiKey } = await prepareFirstStart(context);
    expect(setupUrl).toMatch(/^http:\/\/127\.0\.0\.1:8123\/setup\?token=[\w-]{43}$/);
    expect(apiKey).toMatch(/^fd_live_/);
    expect(await countsOf(context)).toEqual(ONE_OF_EACH);
    const token = new URL(setupUrl!).searchParams.get("token")!;
    expect(await context.users.findBySetupToken(token, new Date())).toBeDefined();
    expect(
      await context.users.findBySetupToken(token, new Date(Date.now() + 25 * 3_600_000)),
    ).toBeUndefined();
    const principal = await context.apiKeyVerifier.verify(apiKey!, Date.now());
    expect([...principal!.projects[0]!.permissions]).toEqual(["telemetry:write"]);
  });

  it("without anyone present takes administrator and key from the configuration", async () => {
    const context = await startProcess({
      FLIGHTDECK_INIT_ADMIN_EMAIL: "Ops@Example.com",
      FLIGHTDECK_INIT_ADMIN_PASSWORD: "a long enough password",
      FLIGHTDECK_INIT_API_KEY: "chosen-before-start-0001",
    });
    expect(await prepareFirstStart(context)).toEqual({
      setupUrl: undefined,
      apiKey: "chosen-before-start-0001",
    });
    expect((await context.users.findByEmail("ops@example.com"))?.password_hash).toMatch(/^\$argon2id\$/);
    const principal = await context.apiKeyVerifier.verify("chosen-before-start-0001", Date.now());
    const permissions = [...principal!.projects[0]!.permissions];
    expect(permissions).toEqual(expect.arrayContaining(["telemetry:read", "traces:read"]));
    expect(permissions.filter((each) => !each.endsWith(":read"))).toEqual(["telemetry:write"]);
  });

  it("changes nothing when it is repeated, and gives a new link until the password is set", async () => {
    const context = await startProcess();
    const first = await prepareFirstStart(context);
    const second = await prepareFirstStart(await startProcess());
    expect(second.apiKey).toBeUndefined();
    expect(second.setupUrl).not.toBe(first.setupUrl);
    expect(await countsOf(context)).toEqual(ONE_OF_EACH);
    const token = new URL(second.setupUrl!).searchParams.get("token")!;
    await context.users.useSetupToken(token, "chosen@example.com", "hash", new Date());
    const third = await prepareFirstStart(
      await startProcess({ FLIGHTDECK_INIT_ADMIN_EMAIL: "late@example.com" }),
    );
    expect(third).toEqual({ setupUrl: undefined, apiKey: undefined });
    expect(await countsOf(context)).toEqual(ONE_OF_EACH);
  });

  it("happens once when several processes start at the same moment", async () => {
    const contexts = [await startProcess(), await startProcess(), await startProcess(), await startProcess()];
    const welcomes = await Promise.all(contexts.map(prepareFirstStart));
    expect(welcomes.filter(({ apiKey }) => apiKey !== undefined)).toHaveLength(1);
    expect(await countsOf(contexts[0]!)).toEqual(ONE_OF_EACH);
  });
});

import { pino } from "pino";
import { decideConfig } from "#config/config.ts";
import { readEnv } from "#config/env.ts";
import type { HttpServer } from "#platform/http/server.ts";
import { createApp } from "#src/app.ts";
import { type Context, createContext } from "#src/context.ts";
import { prepareFirstStart } from "#src/first-start.ts";
import { openTestStores } from "./stores.ts";

export const TEST_ADMIN = { email: "admin@example.com", password: "correct horse battery staple" };
/** Key of the default project: sends and reads. */
export const TEST_KEY = "fd_test_key_0123456789";

/** The whole product without a socket, on fresh databases: `app.inject` asks it. */
export interface TestApp {
  app: HttpServer;
  context: Context;
  /** Headers of a program with the default project's key. */
  keyHeaders: Record<string, string>;
  /** Headers of the signed-in administrator. */
  signIn(): Promise<Record<string, string>>;
  close(): Promise<void>;
}

/** Starts the product for a test file; `env` overrides configuration variables. */
export async function createTestApp(env: Record<string, string> = {}): Promise<TestApp> {
  const stores = await openTestStores();
  const config = decideConfig(
    readEnv({
      FLIGHTDECK_INIT_ADMIN_EMAIL: TEST_ADMIN.email,
      FLIGHTDECK_INIT_ADMIN_PASSWORD: TEST_ADMIN.password,
      FLIGHTDECK_INIT_API_KEY: TEST_KEY,
      ...env,
    }).env,
    false,
  );
  const context = await createContext(config, pino({ level: "silent" }), stores);
  await prepareFirstStart(context);
  const app = await createApp(context, { phase: "running", version: "0.0.0-test" });
  await app.ready();
  return {
    app,
    context,
    keyHeaders: { "x-api-key": TEST_KEY },
    async signIn() {
      const response = await app.inject({ method: "POST", url: "/api/v1/auth/login", payload: TEST_ADMIN });
      const cookie = response.cookies[0];
      return { cookie: `${cookie?.name}=${cookie?.value}`, "x-flightdeck-request": "1" };
    },
    async close() {
      await app.close();
      await context.ingest.drain();
      await context.agents.stop();
      await stores.close();
    },
  };
}

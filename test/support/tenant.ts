import { randomBytes, randomUUID } from "node:crypto";
import { hashPassword } from "#features/auth/server/index.ts";
import type { Role } from "#platform/authorization/policy.ts";
import type { Context } from "#src/context.ts";
import type { TestApp } from "./app.ts";

/** A second customer in the same database: an organization with a project, a user and a key. */
export interface Tenant {
  projectId: string;
  slug: string;
  email: string;
  password: string;
  key: string;
  keyHeaders: Record<string, string>;
}

const PASSWORD = "another long password";
let passwordHash: Promise<string> | undefined;

/** Makes another tenant; `scope` is its key's. */
export async function createTenant(
  context: Context,
  options: { role?: Role; scope?: "ingest" | "ingest_and_read"; slug?: string } = {},
): Promise<Tenant> {
  passwordHash ??= hashPassword(PASSWORD);
  const slug = options.slug ?? `tenant-${randomBytes(4).toString("hex")}`;
  const organizationId = randomUUID();
  const projectId = randomUUID();
  const email = `${slug}-${randomBytes(3).toString("hex")}@example.org`;
  const { pool } = context.stores;
  const user = await context.users.create(email, await passwordHash);
  await pool.query("INSERT INTO organizations (id, slug, name) VALUES ($1, $2, $2)", [
    organizationId,
    `${slug}-${randomBytes(3).toString("hex")}`,
  ]);
  await pool.query("INSERT INTO projects (id, organization_id, slug, name) VALUES ($1, $2, $3, $3)", [
    projectId,
    organizationId,
    slug,
  ]);
  await pool.query("INSERT INTO organization_members (organization_id, user_id, role) VALUES ($1, $2, $3)", [
    organizationId,
    user.id,
    options.role ?? "owner",
  ]);
  const { key } = await context.apiKeys.create({
    projectId,
    name: "tenant key",
    scope: options.scope ?? "ingest_and_read",
    createdBy: null,
  });
  return { projectId, slug, email, password: PASSWORD, key, keyHeaders: { "x-api-key": key } };
}

/** Headers of a signed-in user. */
export async function signInAs(
  { app }: TestApp,
  user: { email: string; password: string },
): Promise<Record<string, string>> {
  const response = await app.inject({
    method: "POST",
    url: "/api/v1/auth/login",
    payload: { email: user.email, password: user.password },
  });
  const cookie = response.cookies[0];
  return { cookie: `${cookie?.name}=${cookie?.value}`, "x-flightdeck-request": "1" };
}

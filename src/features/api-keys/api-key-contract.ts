import { z } from "zod";
import { pageOf } from "#platform/http/http-contract.ts";

/** What a key may do: send telemetry only, as agents need, or read the project's data too. */
export const API_KEY_SCOPES = ["ingest", "ingest_and_read"] as const;
export type ApiKeyScope = (typeof API_KEY_SCOPES)[number];

/** A key as it is listed; the key itself is shown once, when it is made. */
export const apiKeySchema = z.object({
  id: z.string(),
  name: z.string(),
  scope: z.enum(API_KEY_SCOPES),
  prefix: z.string().describe("First characters, to tell keys apart."),
  created_at: z.string(),
  last_used_at: z.string().nullable(),
  paused_at: z.string().nullable().describe("Refused with `api_key_paused` since then; null: it is not."),
  paused_until: z.string().nullable().describe("When the pause ends by itself; null: when it is resumed."),
  paused_reason: z.string(),
});
export type ApiKey = z.infer<typeof apiKeySchema>;
const KEY_EXAMPLE: ApiKey = {
  id: "019a9c60-1b7e-7d0a-b6a4-90f1c2d3e4f5",
  name: "support agent, production",
  scope: "ingest",
  prefix: "fd_live_J8aX",
  created_at: "2026-11-21T09:00:00.000Z",
  last_used_at: "2026-11-21T09:12:30.000Z",
  paused_at: null,
  paused_until: null,
  paused_reason: "",
};

export const apiKeyPauseSchema = z
  .object({ reason: z.string().trim().max(300).default("").describe("Told to whoever uses the key.") })
  .meta({ examples: [{ reason: "The agent is being repaired." }] });
/** Answer to pausing and resuming a key. */
export const changedApiKeySchema = apiKeySchema.extend({}).meta({
  examples: [
    { ...KEY_EXAMPLE, paused_at: "2026-11-21T10:00:00.000Z", paused_reason: "The agent is being repaired." },
  ],
});

export const apiKeyInputSchema = z
  .object({
    name: z.string().trim().min(1).max(100),
    scope: z.enum(API_KEY_SCOPES).default("ingest"),
  })
  .meta({ examples: [{ name: "support agent, production", scope: "ingest" }] });
/** Answer to `POST /api-keys`: the only time `key` is told. */
export const createdApiKeySchema = apiKeySchema.extend({ key: z.string() }).meta({
  examples: [
    { ...KEY_EXAMPLE, last_used_at: null, key: "fd_live_J8aX3mQpTz0vYb7LkRw2Ns5Dg9HcFe1UiOxKjB4tVyM" },
  ],
});
export type CreatedApiKey = z.infer<typeof createdApiKeySchema>;
export const apiKeyListSchema = pageOf(apiKeySchema).meta({
  examples: [{ data: [KEY_EXAMPLE], next_cursor: null }],
});

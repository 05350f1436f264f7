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
});
export type ApiKey = z.infer<typeof apiKeySchema>;
export const apiKeyInputSchema = z.object({
  name: z.string().trim().min(1).max(100),
  scope: z.enum(API_KEY_SCOPES).default("ingest"),
});
/** Answer to `POST /api-keys`: the only time `key` is told. */
export const createdApiKeySchema = apiKeySchema.extend({ key: z.string() });
export type CreatedApiKey = z.infer<typeof createdApiKeySchema>;
export const apiKeyListSchema = pageOf(apiKeySchema);

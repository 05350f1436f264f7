import { z } from "zod";
import { pageOf, projectQuerySchema } from "#platform/http/http-contract.ts";

const pageSchema = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, "must be a page's name such as traces")
  .describe("The page it is a view of, such as `traces`.");
const nameSchema = z.string().trim().min(1).max(100);
const searchSchema = z
  .string()
  .max(8000)
  .describe("The page's search parameters as a query string without `?`: filters, columns, sort, time.");

/** A page's state under a name. */
export const savedViewSchema = z.object({
  id: z.string(),
  page: z.string(),
  name: z.string(),
  search: z.string(),
  shared: z.boolean().describe("Whether everyone in the project sees it."),
  own: z.boolean().describe("Whether the caller made it."),
  owner: z.string().describe("E-mail of who made it."),
  starred: z.boolean().describe("By the caller."),
  is_default: z.boolean().describe("Whether the page opens with it for the caller."),
  updated_at: z.string(),
});
export type SavedView = z.infer<typeof savedViewSchema>;
const EXAMPLE: SavedView = {
  id: "019a9c60-1b7e-7d0a-b6a4-90f1c2d3e4f5",
  page: "traces",
  name: "Slow searches",
  search: "tool=web_search&min_duration_ms=5000&from=24h",
  shared: true,
  own: true,
  owner: "ops@example.com",
  starred: true,
  is_default: false,
  updated_at: "2026-11-21T09:00:00.000Z",
};
export const savedViewAnswerSchema = savedViewSchema.meta({ examples: [EXAMPLE] });

export const savedViewListQuerySchema = projectQuerySchema.extend({ page: pageSchema.optional() });
export const savedViewListSchema = pageOf(savedViewSchema).meta({
  examples: [{ data: [EXAMPLE], next_cursor: null }],
});

export const savedViewInputSchema = z
  .object({
    page: pageSchema,
    name: nameSchema,
    search: searchSchema,
    shared: z.boolean().default(false),
    starred: z.boolean().default(false),
    is_default: z.boolean().default(false),
  })
  .meta({
    examples: [{ page: "traces", name: "Slow searches", search: "min_duration_ms=5000", shared: true }],
  });
export type SavedViewInput = z.input<typeof savedViewInputSchema>;

/** Name, search and sharing are its owner's to change; star and default are everyone's own. */
export const savedViewPatchSchema = z
  .object({
    name: nameSchema.optional(),
    search: searchSchema.optional(),
    shared: z.boolean().optional(),
    starred: z.boolean().optional(),
    is_default: z.boolean().optional(),
  })
  .meta({ examples: [{ starred: true }] });
export type SavedViewPatch = z.infer<typeof savedViewPatchSchema>;

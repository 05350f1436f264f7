import { z } from "zod";

/** An error answer, RFC 9457, with a stable `code` and the id under which the request is logged. */
export const problemSchema = z
  .object({
    type: z.string().describe("URI reference naming the kind of problem; about:blank unless documented."),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().describe("One sentence a person can act on."),
    code: z.string().describe("Stable machine-readable name."),
    request_id: z.string(),
    errors: z
      .array(z.object({ path: z.string(), code: z.string(), detail: z.string() }))
      .optional()
      .describe("One entry per invalid field or item."),
  })
  .meta({ title: "Problem" });
export type Problem = z.infer<typeof problemSchema>;

/** A point in time: RFC 3339, or epoch seconds, milliseconds or nanoseconds (told apart by size). */
export const timeInputSchema = z.union([z.string().min(1).max(40), z.number()]);

/** Which project a request is about: its id or slug. May be left out with an API key, which belongs to one. */
export const projectQuerySchema = z.object({
  project: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .describe("Project id or slug; the first one you can see unless told."),
});

/** Paging of every list. */
export const pageQuerySchema = z.object({
  limit: z.coerce.number().int().min(1).max(500).default(50),
  cursor: z.string().max(500).optional().describe("`next_cursor` of the page before."),
});

/** The envelope of every list. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ data: z.array(item), next_cursor: z.string().nullable() });

/** A list's page as client code sees it. */
export interface Page<T> {
  data: T[];
  next_cursor: string | null;
}

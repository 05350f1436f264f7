import { z } from "zod";

export const emailSchema = z.email().max(254);
/** At least 12 characters; length is what makes a password strong (NIST SP 800-63B-4, ASVS 5 V6.2). */
export const passwordSchema = z.string().min(12, "Use at least 12 characters.").max(256);

/** `GET /auth/setup?token=`: whether a one-time link is still good, and for whom. */
export const setupStatusSchema = z.object({ email: z.string() });
/** `POST /auth/setup`: the one-time link sets the administrator's password and signs in. */
export const setupInputSchema = z.object({
  token: z.string().min(1).max(200),
  email: emailSchema,
  password: passwordSchema,
});
export const loginInputSchema = z.object({ email: emailSchema, password: z.string().min(1).max(256) });

export const projectSchema = z.object({ id: z.string(), slug: z.string(), name: z.string() });
export type Project = z.infer<typeof projectSchema>;

/** `GET /users/profile`: who is signed in and what they may do where. */
export const profileSchema = z.object({
  user: z.object({ id: z.string(), email: z.string(), name: z.string() }),
  projects: z.array(projectSchema.extend({ role: z.string(), permissions: z.array(z.string()) })),
});
export type Profile = z.infer<typeof profileSchema>;

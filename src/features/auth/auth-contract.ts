import { z } from "zod";

export const emailSchema = z.email().max(254);
/** At least 12 characters; length is what makes a password strong (NIST SP 800-63B-4, ASVS 5 V6.2). */
export const passwordSchema = z.string().min(12, "Use at least 12 characters.").max(256);

/** `GET /auth/setup?token=`: whether a one-time link is still good, and for whom. */
export const setupStatusSchema = z
  .object({ email: z.string() })
  .meta({ examples: [{ email: "admin@example.com" }] });
/** `POST /auth/setup`: the one-time link sets the administrator's password and signs in. */
export const setupInputSchema = z
  .object({ token: z.string().min(1).max(200), email: emailSchema, password: passwordSchema })
  .meta({
    examples: [
      {
        token: "fuPzKRZWqVcZpoA7GvJ8yGcV4cQWkqk3m1m9dC2sX0A",
        email: "ada@example.com",
        password: "a sentence nobody guesses",
      },
    ],
  });
export const loginInputSchema = z
  .object({ email: emailSchema, password: z.string().min(1).max(256) })
  .meta({ examples: [{ email: "ada@example.com", password: "a sentence nobody guesses" }] });

/** Answer to setup and login, beside the session cookie. */
export const signedInSchema = z
  .object({ user: z.object({ id: z.string(), email: z.string(), name: z.string() }) })
  .meta({
    examples: [{ user: { id: "019a9c5e-8f2b-7c3d-9e4f-5a6b7c8d9e0f", email: "ada@example.com", name: "" } }],
  });

export const projectSchema = z.object({ id: z.string(), slug: z.string(), name: z.string() });
export type Project = z.infer<typeof projectSchema>;

/** `GET /users/profile`: who is signed in and what they may do where. */
export const profileSchema = z
  .object({
    user: z.object({ id: z.string(), email: z.string(), name: z.string() }),
    projects: z.array(projectSchema.extend({ role: z.string(), permissions: z.array(z.string()) })),
  })
  .meta({
    examples: [
      {
        user: {
          id: "019a9c5e-8f2b-7c3d-9e4f-5a6b7c8d9e0f",
          email: "ada@example.com",
          name: "ada@example.com",
        },
        projects: [
          {
            id: "019a9c5e-9010-7a51-8c11-2f7d0f3a5b44",
            slug: "default",
            name: "Default",
            role: "owner",
            permissions: ["api_keys:read", "api_keys:write", "telemetry:read", "traces:read"],
          },
        ],
      },
    ],
  });
export type Profile = z.infer<typeof profileSchema>;

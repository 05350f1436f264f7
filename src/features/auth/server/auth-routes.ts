import { z } from "zod";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import { principalOf } from "#platform/http/access.ts";
import { problemSchema } from "#platform/http/http-contract.ts";
import type { HttpServer } from "#platform/http/server.ts";
import {
  loginInputSchema,
  profileSchema,
  setupInputSchema,
  setupStatusSchema,
  signedInSchema,
} from "../auth-contract.ts";
import type { LoginThrottle } from "./login-throttle.ts";
import { hashPassword, verifyPassword } from "./password.ts";
import { clearSessionCookie, readSessionCookie, setSessionCookie } from "./session-cookie.ts";
import type { SessionStore } from "./session-store.ts";
import type { User, UserStore } from "./user-store.ts";

export interface AuthRouteParts {
  users: UserStore;
  sessions: SessionStore;
  throttle: LoginThrottle;
  secureCookies: boolean;
}

const presentUser = ({ id, email, name }: User) => ({ user: { id, email, name } });

const linkIsSpent = () =>
  new FlightdeckError("This sign-in link was used or has expired. Restart Flightdeck to get a new one.", {
    code: "setup_link_invalid",
    status: 410,
  });

/** Signing in and out, and the one-time link that sets the administrator's password. */
export function registerAuthRoutes(app: HttpServer, parts: AuthRouteParts): void {
  const { users, sessions, throttle, secureCookies } = parts;
  const strict = { rateLimit: { max: 30, timeWindow: 60_000 } };

  app.get(
    "/api/v1/auth/setup",
    {
      config: { access: "public", ...strict },
      schema: {
        tags: ["identity"],
        summary: "Whom a one-time sign-in link is for",
        querystring: z.object({ token: z.string().min(1).max(200) }),
        response: { 200: setupStatusSchema, 410: problemSchema },
      },
    },
    async (request) => {
      const user = await users.findBySetupToken(request.query.token, new Date());
      if (!user) throw linkIsSpent();
      return { email: user.email };
    },
  );

  app.post(
    "/api/v1/auth/setup",
    {
      config: { access: "public", ...strict },
      schema: {
        tags: ["identity"],
        summary: "Set the administrator's password with the one-time link, and sign in",
        body: setupInputSchema,
        response: { 200: signedInSchema, 409: problemSchema, 410: problemSchema },
      },
    },
    async (request, reply) => {
      const { token, email, password } = request.body;
      const owner = await users.findByEmail(email);
      const invited = await users.findBySetupToken(token, new Date());
      if (!invited) throw linkIsSpent();
      if (owner && owner.id !== invited.id) {
        throw new FlightdeckError("Another account has this e-mail address.", {
          code: "email_taken",
          status: 409,
        });
      }
      const user = await users.useSetupToken(token, email, await hashPassword(password), new Date());
      if (!user) throw linkIsSpent();
      await sessions.endAll(user.id);
      setSessionCookie(
        reply,
        await sessions.create(user.id, request.headers["user-agent"] ?? "", new Date()),
        secureCookies,
      );
      return presentUser(user);
    },
  );

  app.post(
    "/api/v1/auth/login",
    {
      config: { access: "public", ...strict },
      schema: {
        tags: ["identity"],
        summary: "Sign in with e-mail and password",
        description:
          "Answers with a session cookie (HttpOnly). After five failures each further try has to wait longer.",
        body: loginInputSchema,
        response: { 200: signedInSchema, 401: problemSchema, 429: problemSchema },
      },
    },
    async (request, reply) => {
      const { email, password } = request.body;
      const account = `account ${email.toLowerCase()}`;
      const address = `address ${request.ip}`;
      const now = Date.now();
      const waitMs = Math.max(throttle.waitMs(account, now), throttle.waitMs(address, now));
      if (waitMs > 0) {
        throw new FlightdeckError(
          `Too many failed tries. Try again in ${Math.ceil(waitMs / 1000)} seconds.`,
          {
            code: "login_throttled",
            status: 429,
            retryAfterSeconds: Math.ceil(waitMs / 1000),
          },
        );
      }
      for (const subject of [account, address]) throttle.begin(subject, now);
      const user = await users.findByEmail(email);
      if (!(await verifyPassword(user?.password_hash, password)) || !user) {
        throw new FlightdeckError("E-mail address or password is wrong.", {
          code: "invalid_credentials",
          status: 401,
        });
      }
      throttle.succeeded(account);
      throttle.forgive(address);
      setSessionCookie(
        reply,
        await sessions.create(user.id, request.headers["user-agent"] ?? "", new Date()),
        secureCookies,
      );
      return presentUser(user);
    },
  );

  app.post(
    "/api/v1/auth/logout",
    {
      config: { access: "public" },
      schema: { tags: ["identity"], summary: "End the session of the cookie", response: { 204: z.null() } },
    },
    async (request, reply) => {
      const token = readSessionCookie(request, secureCookies);
      if (token) await sessions.end(token);
      clearSessionCookie(reply, secureCookies);
      return reply.code(204).send(null);
    },
  );

  app.get(
    "/api/v1/users/profile",
    {
      config: { access: "signed_in" },
      schema: {
        tags: ["identity"],
        summary: "Who is signed in, and what they may do in which project",
        response: { 200: profileSchema, 401: problemSchema },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      const user = principal.kind === "user" ? await users.findById(principal.id) : undefined;
      return {
        user: { id: principal.id, email: user?.email ?? "", name: user?.name || principal.label },
        projects: principal.projects.map(({ permissions, ...project }) => ({
          ...project,
          permissions: [...permissions],
        })),
      };
    },
  );
}

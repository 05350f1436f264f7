import type { FastifyReply, FastifyRequest } from "fastify";
import { SESSION_MAX_MS } from "./session-store.ts";

/** `__Host-` binds a cookie to this host over https; browsers refuse the prefix on plain http. */
const SECURE_NAME = "__Host-flightdeck_session";
const PLAIN_NAME = "flightdeck_session";

const attributes = (secure: boolean) => ({ path: "/", httpOnly: true, sameSite: "lax", secure }) as const;

/** Over https only the `__Host-` cookie counts: another host of the same site could have set the plain one. */
export function readSessionCookie(request: FastifyRequest, secure: boolean): string | undefined {
  return request.cookies[secure ? SECURE_NAME : PLAIN_NAME];
}

export function setSessionCookie(reply: FastifyReply, token: string, secure: boolean): void {
  reply.setCookie(secure ? SECURE_NAME : PLAIN_NAME, token, {
    ...attributes(secure),
    maxAge: SESSION_MAX_MS / 1000,
  });
}

export function clearSessionCookie(reply: FastifyReply, secure: boolean): void {
  reply.clearCookie(secure ? SECURE_NAME : PLAIN_NAME, attributes(secure));
}

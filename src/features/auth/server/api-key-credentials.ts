import type { ApiKeyVerifier } from "#features/api-keys/server/index.ts";
import type { Principal } from "#platform/authorization/principal.ts";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";

/** The headers, or gRPC metadata, that an API key may come in. */
export interface KeyHeaders {
  authorization?: string | undefined;
  "x-api-key"?: string | string[] | undefined;
}

/**
 * The API key a request carries, if any: `X-API-Key`, or `Authorization` with the scheme `Bearer`, or `Token`
 * as InfluxDB's clients send it.
 */
export function apiKeyOf(headers: KeyHeaders): string | undefined {
  const header = headers["x-api-key"];
  if (typeof header === "string" && header !== "") return header.trim();
  const { scheme, value } = authorizationOf(headers);
  return scheme === "bearer" || scheme === "token" ? value : undefined;
}

/**
 * The password of `Authorization: Basic` (RFC 7617), if any: Prometheus and others can send a key so. A proxy
 * in front may ask people for a password of its own in the same header, so whoever has a session goes by that.
 */
export function basicPasswordOf(headers: KeyHeaders): string | undefined {
  const { scheme, value } = authorizationOf(headers);
  if (scheme !== "basic" || !value) return undefined;
  const text = Buffer.from(value, "base64").toString("utf8");
  const colon = text.indexOf(":");
  return colon < 0 ? undefined : text.slice(colon + 1) || undefined;
}

function authorizationOf(headers: KeyHeaders): { scheme: string | undefined; value: string | undefined } {
  const [scheme, value] = (headers.authorization ?? "").trim().split(/\s+/, 2);
  return { scheme: scheme?.toLowerCase(), value };
}

/** Recognises callers by API key alone, as in gRPC metadata; null when no key was sent. */
export function createKeyAuthenticate(verifier: ApiKeyVerifier) {
  return async (headers: KeyHeaders): Promise<Principal | null> => {
    const key = apiKeyOf(headers);
    return key === undefined ? null : principalOfKey(verifier, key);
  };
}

/** Who an API key belongs to. Throws `invalid_credentials` (401) when it is unknown or revoked. */
export async function principalOfKey(verifier: ApiKeyVerifier, key: string): Promise<Principal> {
  const principal = await verifier.verify(key, Date.now());
  if (principal) return principal;
  throw new FlightdeckError("The API key is unknown or was revoked. Make a new one on the Connect page.", {
    code: "invalid_credentials",
    status: 401,
  });
}

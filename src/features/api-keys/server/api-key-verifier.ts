import type { Permission, Principal } from "#platform/authorization/principal.ts";
import { hashToken } from "#platform/crypto/tokens.ts";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import type { Logger } from "#platform/observability/logger.ts";
import type { ApiKeyScope } from "../api-key-contract.ts";
import type { ApiKeyStore, KeyPause } from "./api-key-store.ts";

/** How long a looked-up key counts without asking again; one revoked or paused elsewhere stops within this time. */
const KNOWN_FOR_MS = 1000;
const UNKNOWN_FOR_MS = 1000;
const MAX_CACHED = 10_000;
const MARK_USED_EVERY_MS = 60_000;

interface Cached {
  principal: Principal | null;
  paused: KeyPause | null;
  untilMs: number;
  markedMs: number;
}

/** What each scope may do; `readPermissions` are all `…:read` permissions a viewer has. */
export function scopePermissions(
  scope: ApiKeyScope,
  readPermissions: ReadonlySet<Permission>,
): ReadonlySet<Permission> {
  return new Set<Permission>(
    scope === "ingest" ? ["telemetry:write"] : ["telemetry:write", ...readPermissions],
  );
}

/** Verifies API keys from a short-lived cache, so that a busy sender costs one query a second. */
export class ApiKeyVerifier {
  private readonly cache = new Map<string, Cached>();
  private readonly store: ApiKeyStore;
  private readonly readPermissions: ReadonlySet<Permission>;
  private readonly logger: Logger;

  constructor(store: ApiKeyStore, readPermissions: ReadonlySet<Permission>, logger: Logger) {
    this.store = store;
    this.readPermissions = readPermissions;
    this.logger = logger;
  }

  /** Who a key belongs to; null when it is unknown or revoked. Throws `api_key_paused` (403) while it is paused. */
  async verify(key: string, nowMs: number): Promise<Principal | null> {
    const hash = hashToken(key);
    const cacheKey = hash.toString("base64");
    const cached = this.cache.get(cacheKey);
    if (cached && nowMs < cached.untilMs) {
      refusePaused(cached.paused, nowMs);
      return cached.principal;
    }
    const known = await this.store.findByHash(hash);
    const principal: Principal | null = known
      ? {
          kind: "api_key",
          id: known.id,
          label: known.name,
          projects: [
            {
              ...known.project,
              role: "api_key",
              permissions: scopePermissions(known.scope, this.readPermissions),
            },
          ],
        }
      : null;
    const markedMs = this.markUsed(principal, cached?.markedMs ?? 0, nowMs);
    const paused = known?.paused ?? null;
    this.remember(cacheKey, {
      principal,
      paused,
      untilMs: nowMs + (principal ? KNOWN_FOR_MS : UNKNOWN_FOR_MS),
      markedMs,
    });
    refusePaused(paused, nowMs);
    return principal;
  }

  /** Makes this process forget a key at once. */
  forget(hash: Buffer): void {
    this.cache.delete(hash.toString("base64"));
  }

  private markUsed(principal: Principal | null, markedMs: number, nowMs: number): number {
    if (!principal || nowMs - markedMs < MARK_USED_EVERY_MS) return markedMs;
    // Whether a key is in use is told to people, not relied on: a failure here must not refuse the request.
    this.store
      .markUsed(principal.id, new Date(nowMs))
      .catch((error: unknown) => this.logger.warn({ err: error }, "last use of an API key was not recorded"));
    return nowMs;
  }

  private remember(cacheKey: string, entry: Cached): void {
    this.cache.delete(cacheKey);
    this.cache.set(cacheKey, entry);
    if (this.cache.size > MAX_CACHED) this.cache.delete(this.cache.keys().next().value!);
  }
}

/** 403 and not 429: senders try the latter again and again, but a paused key is meant to stop them. */
function refusePaused(paused: KeyPause | null, nowMs: number): void {
  if (!paused || (paused.until !== null && paused.until.getTime() <= nowMs)) return;
  const until = paused.until === null ? "until someone resumes it" : `until ${paused.until.toISOString()}`;
  throw new FlightdeckError(`This API key is paused ${until}.${paused.reason ? ` ${paused.reason}` : ""}`, {
    code: "api_key_paused",
    status: 403,
  });
}

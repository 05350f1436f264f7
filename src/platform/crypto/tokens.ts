import { createHash, randomBytes } from "node:crypto";

/** A random token of 256 bits, safe in URLs and cookies. */
export function randomToken(): string {
  return randomBytes(32).toString("base64url");
}

/**
 * SHA-256 of a token, the only form in which tokens are stored. A slow hash is not needed: 256 random bits
 * cannot be guessed, whatever a guess costs.
 */
export function hashToken(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}

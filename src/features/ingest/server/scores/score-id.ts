import { hash, randomBytes } from "node:crypto";
import type { ScoreRecord } from "./score-record.ts";

/** A UUIDv7 (RFC 9562) for a score that was not named by its sender. */
export function newScoreId(timeNs: bigint): string {
  return timeOrderedUuid(timeNs, randomBytes(10), 7);
}

/**
 * The id of a score that came as telemetry: a UUIDv8 of its time and a hash of all it says, so that the event sent
 * again is the same score.
 */
export function contentScoreId(score: Omit<ScoreRecord, "id">): string {
  const content = JSON.stringify([
    score.name,
    score.value,
    score.label,
    score.explanation,
    score.traceId,
    score.spanId,
    score.sessionId,
    score.responseId,
    String(score.timeNs),
  ]);
  return timeOrderedUuid(score.timeNs, hash("sha256", content, "buffer").subarray(0, 10), 8);
}

function timeOrderedUuid(timeNs: bigint, rest: Buffer, version: number): string {
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(Number(timeNs / 1_000_000n), 0, 6);
  rest.copy(bytes, 6);
  bytes[6] = (bytes[6]! & 0x0f) | (version << 4);
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

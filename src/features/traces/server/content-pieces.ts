import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";

/** Columns that say of which pieces a span's long content values are made; see `migrations/clickhouse/0002_messages.sql`. */
export const PIECES_SELECT =
  "content_keys, content_counts, arrayMap(piece -> lower(hex(piece)), content_hashes) AS content_pieces";

/** A span's content as it is stored: short values in `content`, the pieces of long ones by hash. */
export interface PiecedContent {
  content: Record<string, string>;
  content_keys: string[];
  /** Pieces of each value. */
  content_counts: number[];
  /** Hashes of the pieces of all values, one value after the other, as hex. */
  content_pieces: string[];
}

/** Hashes that one query asks for. */
const PIECES_PER_QUERY = 5_000;
/** Most content put together for one answer, in characters; a history repeats in every call of an agent. */
const MAX_CHARACTERS = 128 * 1024 * 1024;

/** Stands for content that an answer has no room for, and for content that retention has removed. */
export const CONTENT_LEFT_OUT = "[left out: too much content for one answer; ask for this span alone]";
const CONTENT_GONE = "[no longer stored]";

/**
 * Puts the long values of a page of spans together from their pieces, into `content`. Each piece is read once,
 * however many spans refer to it. What exceeds `maxCharacters` over all rows is left out, and says so.
 */
export async function joinContent(
  store: TelemetryStore,
  projectId: string,
  rows: readonly PiecedContent[],
  signal: AbortSignal,
  maxCharacters = MAX_CHARACTERS,
): Promise<void> {
  const bodies = await readPieces(
    store,
    projectId,
    rows.flatMap((row) => row.content_pieces),
    signal,
    maxCharacters,
  );
  let left = maxCharacters;
  for (const row of rows) {
    let at = 0;
    for (let i = 0; i < row.content_keys.length; i++) {
      const pieces = row.content_pieces.slice(at, at + row.content_counts[i]!);
      at += pieces.length;
      const value = bodies === undefined ? CONTENT_LEFT_OUT : joinValue(pieces, bodies, left);
      left -= value.length;
      row.content[row.content_keys[i]!] = value;
    }
  }
}

function joinValue(pieces: readonly string[], bodies: ReadonlyMap<string, string>, room: number): string {
  let length = 0;
  for (const piece of pieces) {
    const body = bodies.get(piece);
    if (body === undefined) return CONTENT_GONE;
    length += body.length;
  }
  if (length > room) return CONTENT_LEFT_OUT;
  return pieces.map((piece) => bodies.get(piece)).join("");
}

/** Bodies by hash. Those that are not stored are missing; undefined when together they are more than allowed. */
async function readPieces(
  store: TelemetryStore,
  projectId: string,
  hashes: readonly string[],
  signal: AbortSignal,
  maxCharacters: number,
): Promise<Map<string, string> | undefined> {
  const bodies = new Map<string, string>();
  const distinct = [...new Set(hashes)];
  let characters = 0;
  for (let from = 0; from < distinct.length; from += PIECES_PER_QUERY) {
    const rows = await store.queryProject<{ piece: string; body: string }>(
      projectId,
      // The same piece may stand in several parts; which row is read makes no difference.
      `SELECT lower(hex(hash)) AS piece, body
       FROM messages
       WHERE project_id = {project_id:UUID}
         AND hash IN (SELECT toFixedString(unhex(arrayJoin({hashes:Array(String)})), 16))
       LIMIT 1 BY hash`,
      { hashes: distinct.slice(from, from + PIECES_PER_QUERY) },
      { signal },
    );
    for (const { piece, body } of rows) {
      bodies.set(piece, body);
      characters += body.length;
    }
    if (characters > maxCharacters) return undefined;
  }
  return bodies;
}

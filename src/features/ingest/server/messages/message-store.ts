import {
  FixedColumn,
  NativeBlock,
  type NativeColumn,
  NumberColumn,
  StringColumn,
} from "#platform/clickhouse/native/index.ts";
import { uuidBytes } from "#platform/clickhouse/row-binary-writer.ts";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import type { KnownPieces } from "./known-pieces.ts";
import type { BatchPieces } from "./piece-collector.ts";
import { PieceSet } from "./piece-set.ts";
import { weekOf } from "./piece-week.ts";

const project = new FixedColumn("UUID", 16);
const hashes = new FixedColumn("FixedString(16)", 16);
const weeks = new NumberColumn("Date");
const bodies = new StringColumn();
const COLUMNS: readonly (readonly [string, NativeColumn])[] = [
  ["project_id", project],
  ["hash", hashes],
  ["seen_week", weeks],
  ["body", bodies],
];
const seen = new PieceSet();
const COLUMN_NAMES = COLUMNS.map(([name]) => name);

/** Pieces of a group that must be written before its spans. */
export interface PiecesToWrite {
  block: NativeBlock;
  /** To be called when the block is stored: gives its memory back, and its pieces need not be written again. */
  markKnown(): void;
}

/** The pieces of several batches that are not known to be stored, each once; undefined when there are none. */
export function selectPieces(
  group: readonly { projectId: string; receivedAtMs: number; pieces: BatchPieces }[],
  known: KnownPieces,
): PiecesToWrite | undefined {
  seen.clear();
  const keys: number[] = [];
  for (const [, column] of COLUMNS) column.clear();
  for (const { projectId, receivedAtMs, pieces } of group) {
    const projectBytes = uuidBytes(projectId);
    const week = weekOf(receivedAtMs);
    let start = 0;
    for (let i = 0; i < pieces.count; i++) {
      const end = pieces.ends[i]!;
      const [a, b, c, d] = keyAt(pieces.keys, i);
      if (!known.has(a, b, c, d) && seen.add(a, b, c, d)) {
        project.push(projectBytes);
        hashes.pushRange(pieces.hashes, i * 16);
        weeks.push(week);
        bodies.pushEncoded(pieces.bodies, start, end);
        keys.push(a, b, c, d);
      }
      start = end;
    }
  }
  if (keys.length === 0) return undefined;
  const block = new NativeBlock(COLUMNS);
  return {
    block,
    markKnown() {
      block.release();
      for (let i = 0; i < keys.length; i += 4) known.add(keys[i]!, keys[i + 1]!, keys[i + 2]!, keys[i + 3]!);
    },
  };
}

function keyAt(keys: Uint32Array, i: number): [number, number, number, number] {
  return [keys[i * 4]!, keys[i * 4 + 1]!, keys[i * 4 + 2]!, keys[i * 4 + 3]!];
}

/** Writes pieces, durable when it returns. */
export function insertPieces(store: TelemetryStore, pieces: PiecesToWrite, token: string): Promise<void> {
  return store.insertNative("messages", COLUMN_NAMES, [pieces.block.bytes()], token, {
    // Building the index of words is left to merges; until then these few rows are searched one by one.
    materialize_skip_indexes_on_insert: "0",
    // Each piece of a block is there once already.
    optimize_on_insert: "0",
  });
}

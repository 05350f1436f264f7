import { type IdGenerator, RandomIdGenerator } from "@opentelemetry/sdk-trace-base";
import { type Chance, createChance } from "./spans/chance.ts";

/** Random ids, except inside `withSeed`, where they follow from the seed. */
export interface ReplayableIds extends IdGenerator {
  /** Runs `emit`, which must not be asynchronous. */
  withSeed(seed: number, emit: () => void): void;
}

function hex(chance: Chance, words: number): string {
  let text = "";
  for (let word = 0; word < words; word++) {
    text += Math.floor(chance.next() * 2 ** 32)
      .toString(16)
      .padStart(8, "0");
  }
  return text;
}

/** Ids that can be repeated: a trace that is sent again with the same ids is stored once. */
export function createIds(): ReplayableIds {
  const random = new RandomIdGenerator();
  let replayed: Chance | undefined;
  return {
    generateTraceId: () => (replayed ? hex(replayed, 4) : random.generateTraceId()),
    generateSpanId: () => (replayed ? hex(replayed, 2) : random.generateSpanId()),
    withSeed(seed, emit) {
      replayed = createChance(seed);
      try {
        emit();
      } finally {
        replayed = undefined;
      }
    },
  };
}

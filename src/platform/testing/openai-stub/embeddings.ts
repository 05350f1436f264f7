import { randomAt } from "./random.ts";
import { estimateTokens } from "./usage.ts";

/** The parts of an embeddings request the stub reads. */
export interface EmbeddingsRequest {
  model?: string;
  input?: string | string[];
  dimensions?: number;
  encoding_format?: string;
}

function hashOf(word: string): number {
  let hash = 2166136261;
  for (let at = 0; at < word.length; at++) hash = Math.imul(hash ^ word.charCodeAt(at), 16777619);
  return hash >>> 0;
}

/**
 * A unit vector that is close for texts sharing words: the sum of a fixed random direction per word.
 * Close enough to the real thing for a retrieval to find the right document.
 */
export function embed(text: string, dimensions: number): number[] {
  const vector = new Array<number>(dimensions).fill(0);
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [""]) {
    const seed = hashOf(word);
    for (let at = 0; at < dimensions; at++) vector[at] = (vector[at] ?? 0) + randomAt(seed, at) - 0.5;
  }
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => value / length);
}

/** The body that answers `/v1/embeddings`. */
export function embeddingsResponse(request: EmbeddingsRequest): object {
  const inputs = [request.input ?? ""].flat();
  const tokens = inputs.reduce((total, text) => total + estimateTokens(text), 0);
  return {
    object: "list",
    model: request.model ?? "stub-embedding",
    data: inputs.map((text, index) => {
      const vector = embed(text, request.dimensions ?? 64);
      const embedding =
        request.encoding_format === "base64"
          ? Buffer.from(Float32Array.from(vector).buffer).toString("base64")
          : vector;
      return { object: "embedding", index, embedding };
    }),
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
}

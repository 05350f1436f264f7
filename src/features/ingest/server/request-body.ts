import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate, zstdDecompress } from "node:zlib";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import type { MemoryShare } from "./memory-budget.ts";

/** Output is taken from a decoder in pieces of this size: each piece is a trip to a thread and back. */
const PIECE_BYTES = { least: 16 * 1024, most: 1024 * 1024 };
/** How much smaller than its content telemetry usually arrives; it only sets the size of the pieces. */
const USUAL_RATIO = 10;

type Decode = (body: Buffer, options: { maxOutputLength: number; chunkSize: number }) => Promise<Buffer>;

/** Decoders by `Content-Encoding`; they run on zlib's threads, not on the event loop. */
const DECODERS: Record<string, Decode> = {
  gzip: promisify(gunzip) as never,
  deflate: promisify(inflate) as never,
  br: promisify(brotliDecompress) as never,
  zstd: promisify(zstdDecompress) as never,
};

/** The error of a body over the limit, before or after decompression. */
export function bodyTooLarge(maxBytes: number): FlightdeckError {
  return new FlightdeckError(
    `The request is larger than ${Math.floor(maxBytes / 1024 / 1024)} MiB after decompression. Export smaller batches.`,
    { code: "body_too_large", status: 413 },
  );
}

/**
 * Collects a body. Its memory is taken before it is held: at once where its length was told, else as it
 * arrives. Throws `body_too_large` (413), and `ingest_busy` (429) where it does not fit beside others.
 */
export async function readBody(
  payload: AsyncIterable<Buffer>,
  maxBytes: number,
  declaredBytes: number,
  memory: MemoryShare,
): Promise<Buffer> {
  if (declaredBytes > maxBytes) throw bodyTooLarge(maxBytes);
  memory.growTo(declaredBytes);
  // A body whose length is told is copied once, into its place.
  const body = declaredBytes > 0 ? Buffer.allocUnsafeSlow(declaredBytes) : undefined;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of payload) {
    const before = size;
    size += chunk.length;
    if (size > maxBytes) throw bodyTooLarge(maxBytes);
    memory.growTo(size);
    if (body) chunk.copy(body, before);
    else chunks.push(chunk);
  }
  if (body) return size >= body.length ? body : body.subarray(0, size);
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size);
}

/**
 * Undoes `Content-Encoding`. Stops as soon as the output passes `maxBytes`, so a small bomb cannot fill the
 * memory. Throws `body_too_large` (413), `malformed_encoding` (400), `unsupported_encoding` (415).
 */
export async function decodeBody(
  body: Buffer,
  encoding: string | undefined,
  maxBytes: number,
): Promise<Buffer> {
  const name = encoding?.trim().toLowerCase() ?? "identity";
  if (name === "identity" || name === "") return body;
  const decode = Object.hasOwn(DECODERS, name) ? DECODERS[name] : undefined;
  if (!decode) {
    throw new FlightdeckError(`Content-Encoding ${name.slice(0, 40)} is not known. Use gzip, or none.`, {
      code: "unsupported_encoding",
      status: 415,
    });
  }
  try {
    const chunkSize = Math.min(PIECE_BYTES.most, Math.max(PIECE_BYTES.least, body.length * USUAL_RATIO));
    return await decode(body, { maxOutputLength: maxBytes, chunkSize });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw bodyTooLarge(maxBytes);
    throw new FlightdeckError(`The body is not valid ${name}.`, {
      code: "malformed_encoding",
      status: 400,
      cause,
    });
  }
}

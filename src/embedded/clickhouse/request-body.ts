import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { createBrotliDecompress, createGunzip, createZstdDecompress } from "node:zlib";
import { EngineError } from "./engine-error.ts";

/** Largest body after decompression; an insert is held whole, because it must be applied whole. */
export const MAX_BODY_BYTES = 512 * 1024 * 1024;

/**
 * Reads a request body whole. With a `Content-Length` it is copied once, into its final place.
 * Rejects when the client goes away or the body is too large.
 */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const source = decoded(request);
  const announced = source === request ? Number(request.headers["content-length"] ?? Number.NaN) : Number.NaN;
  if (announced > MAX_BODY_BYTES) throw tooLarge();
  return Number.isSafeInteger(announced) ? collectKnown(source, announced) : collect(source);
}

function decoded(request: IncomingMessage): Readable {
  const encoding = request.headers["content-encoding"];
  const decoder =
    encoding === "gzip"
      ? createGunzip()
      : encoding === "br"
        ? createBrotliDecompress()
        : encoding === "zstd"
          ? createZstdDecompress()
          : undefined;
  if (decoder === undefined) {
    if (encoding && encoding !== "identity") {
      throw new EngineError(48, `Content-Encoding '${encoding}' is not supported.`, "NOT_IMPLEMENTED");
    }
    return request;
  }
  request.once("error", (error) => decoder.destroy(error));
  request.once("aborted", () => decoder.destroy(new Error("the client went away")));
  return request.pipe(decoder);
}

async function collectKnown(source: Readable, length: number): Promise<Buffer> {
  const body = Buffer.allocUnsafeSlow(length);
  let at = 0;
  for await (const chunk of source as AsyncIterable<Buffer>) {
    at += chunk.copy(body, at);
  }
  return at === length ? body : body.subarray(0, at);
}

async function collect(source: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of source as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw tooLarge();
    chunks.push(chunk);
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size);
}

function tooLarge(): EngineError {
  return new EngineError(
    307,
    `The request body is larger than ${MAX_BODY_BYTES} bytes: send it in parts.`,
    "TOO_MANY_BYTES",
  );
}

import { Transform, type TransformCallback } from "node:stream";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";

/**
 * Passes on the bytes of a result and fails where the query did. ClickHouse 25.11 and later end a result that fails
 * half-way with `\r\n__exception__\r\n<tag>\n…`, the tag being told in the header `X-ClickHouse-Exception-Tag`.
 */
export class RowsUntilException extends Transform {
  private readonly mark: Buffer;
  private held: Buffer = Buffer.alloc(0);

  constructor(tag: string) {
    super();
    this.mark = Buffer.from(`\r\n__exception__\r\n${tag}`);
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const bytes = this.held.length === 0 ? chunk : Buffer.concat([this.held, chunk]);
    const at = bytes.indexOf(this.mark);
    if (at >= 0) {
      const cause = new Error(
        bytes
          .subarray(at + this.mark.length)
          .toString("utf8")
          .trim(),
      );
      done(
        new FlightdeckError("The query failed before all of its rows were read.", {
          code: "query_failed",
          status: 500,
          cause,
        }),
      );
      return;
    }
    // The mark may be cut in two by the border of a chunk.
    const keep = Math.min(bytes.length, this.mark.length - 1);
    this.held = bytes.subarray(bytes.length - keep);
    done(null, bytes.subarray(0, bytes.length - keep));
  }

  override _flush(done: TransformCallback): void {
    done(null, this.held);
  }
}

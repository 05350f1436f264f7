import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";

/**
 * Decodes Snappy's block format (https://github.com/google/snappy/blob/main/format_description.txt), which
 * remote write sends. The length that the block states is checked against `maxBytes` before memory is taken,
 * and no element may write past it or read outside of the block, so hostile bytes cost at most `maxBytes`.
 * The decoder of npm's snappyjs reads some hostile lengths as negative and never ends, hence one of our own.
 * Throws `malformed_encoding` (400); what is too large is told by `tooLarge`.
 */
export function decodeSnappy(block: Buffer, maxBytes: number, tooLarge: () => Error): Buffer {
  const header = statedLength(block);
  if (header.length > maxBytes) throw tooLarge();
  const output = Buffer.allocUnsafe(header.length);
  let from = header.end;
  let to = 0;
  while (from < block.length) {
    const tag = block[from]!;
    const kind = tag & 3;
    if (kind === 0) {
      let length = (tag >>> 2) + 1;
      from++;
      if (length > 60) {
        const lengthBytes = length - 60;
        if (from + lengthBytes > block.length) throw malformed();
        length = block.readUIntLE(from, lengthBytes) + 1;
        from += lengthBytes;
      }
      if (length > block.length - from || length > output.length - to) throw malformed();
      block.copy(output, to, from, from + length);
      from += length;
      to += length;
      continue;
    }
    const tagBytes = kind === 1 ? 2 : kind === 2 ? 3 : 5;
    if (from + tagBytes > block.length) throw malformed();
    const length = kind === 1 ? ((tag >>> 2) & 7) + 4 : (tag >>> 2) + 1;
    const offset =
      kind === 1
        ? ((tag >>> 5) << 8) | block[from + 1]!
        : kind === 2
          ? block.readUInt16LE(from + 1)
          : block.readUInt32LE(from + 1);
    if (offset === 0 || offset > to || length > output.length - to) throw malformed();
    from += tagBytes;
    // Source and target may overlap, which repeats a pattern: copied byte by byte in that case.
    if (offset >= length) output.copyWithin(to, to - offset, to - offset + length);
    else for (let i = 0; i < length; i++) output[to + i] = output[to + i - offset]!;
    to += length;
  }
  if (to !== output.length) throw malformed();
  return output;
}

/** The varint at the head of a block: the length of what it decodes to, at most 32 bits. */
function statedLength(block: Buffer): { length: number; end: number } {
  let length = 0;
  for (let i = 0; i < 5 && i < block.length; i++) {
    const byte = block[i]!;
    length += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) {
      if (length >= 2 ** 32) throw malformed();
      return { length, end: i + 1 };
    }
  }
  throw malformed();
}

function malformed(): FlightdeckError {
  return new FlightdeckError("The body is not a valid Snappy block. Send it with Content-Encoding: snappy.", {
    code: "malformed_encoding",
    status: 400,
  });
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** Bytes of JSON punctuation inside which a scalar ends. */
function endsScalar(byte: number): boolean {
  return byte <= 0x20 || byte === COMMA || byte === CLOSE_BRACKET || byte === CLOSE_BRACE || byte === COLON;
}

/** Thrown when the brackets, commas or quotes of the text do not fit together. */
export class JsonFramingError extends Error {
  override readonly name = "JsonFramingError";
}

/** Where one value lies. `nodes` counts the lists, maps and commas in it: an upper bound of the objects it makes. */
export interface JsonRange {
  start: number;
  end: number;
  nodes: number;
}

/**
 * Finds the values of a JSON text by its brackets and quotes alone, in one pass and without recursion. It
 * lets a reader hand `JSON.parse` one span at a time: neither depth nor width of the text can exhaust
 * the stack or the heap, and a span with a syntax error inside its brackets costs no other span.
 */
export class JsonScanner {
  readonly bytes: Buffer;
  pos: number;
  end: number;
  /** Lists, maps and commas passed over by the last `skipValue`. */
  nodes = 0;

  constructor(bytes: Buffer, start = 0, end = bytes.length) {
    this.bytes = bytes;
    this.pos = start;
    this.end = end;
  }

  /** First byte of the next token, or -1 at the end. */
  peek(): number {
    const { bytes, end } = this;
    let pos = this.pos;
    while (pos < end) {
      const byte = bytes[pos]!;
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) {
        this.pos = pos;
        return byte;
      }
      pos++;
    }
    this.pos = pos;
    return -1;
  }

  /**
   * Calls `each` for every member of the object that starts here, with the range of its value.
   * @throws JsonFramingError
   */
  members(each: (key: string, value: JsonRange) => void): void {
    this.expect(OPEN_BRACE);
    if (this.peek() === CLOSE_BRACE) {
      this.pos++;
      return;
    }
    for (;;) {
      if (this.peek() !== QUOTE) throw new JsonFramingError("a member without a name");
      const start = this.pos;
      this.skipString();
      const key = this.key(start + 1, this.pos - 1);
      this.expect(COLON);
      each(key, this.value());
      const next = this.peek();
      this.pos++;
      if (next === CLOSE_BRACE) return;
      if (next !== COMMA) throw new JsonFramingError("an object that does not go on");
    }
  }

  /**
   * Calls `each` for every element of the list that starts here.
   * @throws JsonFramingError
   */
  elements(each: (value: JsonRange) => void): void {
    this.expect(OPEN_BRACKET);
    if (this.peek() === CLOSE_BRACKET) {
      this.pos++;
      return;
    }
    for (;;) {
      each(this.value());
      const next = this.peek();
      this.pos++;
      if (next === CLOSE_BRACKET) return;
      if (next !== COMMA) throw new JsonFramingError("a list that does not go on");
    }
  }

  /** Passes over the value that starts here and answers its range. */
  value(): JsonRange {
    this.peek();
    const start = this.pos;
    this.skipValue();
    return { start, end: this.pos, nodes: this.nodes };
  }

  private expect(byte: number): void {
    if (this.peek() !== byte) throw new JsonFramingError("a bracket or colon is missing");
    this.pos++;
  }

  private key(start: number, end: number): string {
    const text = this.bytes.toString("utf8", start, end);
    if (!text.includes("\\")) return text;
    try {
      return String(JSON.parse(`"${text}"`));
    } catch (cause) {
      throw new JsonFramingError("a member with a broken name", { cause });
    }
  }

  private skipValue(): void {
    const { bytes, end } = this;
    this.nodes = 1;
    const first = this.peek();
    if (first === QUOTE) {
      this.skipString();
      return;
    }
    if (first !== OPEN_BRACE && first !== OPEN_BRACKET) {
      const start = this.pos;
      while (this.pos < end && !endsScalar(bytes[this.pos]!)) this.pos++;
      if (this.pos === start) throw new JsonFramingError("a value is missing");
      return;
    }
    let depth = 0;
    let nodes = 0;
    let pos = this.pos;
    while (pos < end) {
      const byte = bytes[pos]!;
      if (byte === QUOTE) {
        this.pos = pos;
        this.skipString();
        pos = this.pos;
        continue;
      }
      pos++;
      if (byte === COMMA) nodes++;
      else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        nodes++;
        depth++;
      } else if ((byte === CLOSE_BRACE || byte === CLOSE_BRACKET) && --depth === 0) {
        this.pos = pos;
        this.nodes = nodes;
        return;
      }
    }
    throw new JsonFramingError("a bracket is never closed");
  }

  /** Passes over the string whose opening quote is here. */
  private skipString(): void {
    const { bytes, end } = this;
    let pos = this.pos + 1;
    while (pos < end) {
      const byte = bytes[pos]!;
      if (byte === QUOTE) {
        this.pos = pos + 1;
        return;
      }
      pos += byte === BACKSLASH ? 2 : 1;
    }
    throw new JsonFramingError("a string is never closed");
  }
}

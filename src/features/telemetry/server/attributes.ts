/** How an attribute's value is held; the numbers are the field numbers of OTLP's `AnyValue`. */
export const ValueKind = {
  empty: 0,
  string: 1,
  bool: 2,
  int: 3,
  double: 4,
  /** Arrays and key-value lists are held as JSON text, since they are stored and searched as text. */
  array: 5,
  map: 6,
  /** Bytes are held as base64 text. */
  bytes: 7,
} as const;
export type ValueKind = (typeof ValueKind)[keyof typeof ValueKind];

/**
 * The attributes of one span, reused from span to span so that reading a span allocates next to nothing:
 * strings stay where they arrived, as a byte range of `source`, and become JavaScript strings only when a
 * dialect asks for them. Keys are interned, so the same key is the same string object in every span.
 * Keys are unique: a later value of the same key replaces the earlier one, as OTLP's rules for maps allow.
 */
export class Attributes {
  /** The bytes that `start`/`end` point into. */
  source: Buffer = Buffer.alloc(0);
  size = 0;
  readonly keys: string[] = [];
  readonly kinds: ValueKind[] = [];
  /** Byte range of a string value in `source`; `start` is -1 when `texts` holds the value instead. */
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  /** The value as text: decoded on first use, or given at once by readers that have no bytes (JSON). */
  readonly texts: (string | undefined)[] = [];
  /** Value of an int or double, and 0 or 1 for a bool. Ints beyond 2^53 are also exact in `texts`. */
  readonly numbers: number[] = [];
  private readonly slots = new Map<string, number>();

  reset(source: Buffer): void {
    this.source = source;
    this.size = 0;
    this.slots.clear();
  }

  /** Adds a string that lies in `source` between two byte offsets. */
  addBytes(key: string, kind: ValueKind, start: number, end: number): void {
    const slot = this.slotFor(key);
    this.kinds[slot] = kind;
    this.starts[slot] = start;
    this.ends[slot] = end;
    this.texts[slot] = undefined;
    this.numbers[slot] = 0;
  }

  /** Adds a value that exists as a JavaScript string: a JSON reader's string, or JSON text of a list. */
  addText(key: string, kind: ValueKind, text: string): void {
    const slot = this.slotFor(key);
    this.kinds[slot] = kind;
    this.starts[slot] = -1;
    this.ends[slot] = -1;
    this.texts[slot] = text;
    this.numbers[slot] = 0;
  }

  /** Adds an int, double or bool; `exact` carries the decimal text of an int beyond 2^53. */
  addNumber(key: string, kind: ValueKind, value: number, exact?: string): void {
    const slot = this.slotFor(key);
    this.kinds[slot] = kind;
    this.starts[slot] = -1;
    this.ends[slot] = -1;
    this.texts[slot] = exact;
    this.numbers[slot] = value;
  }

  /** Index of a key, or -1. */
  indexOf(key: string): number {
    return this.slots.get(key) ?? -1;
  }

  has(key: string): boolean {
    return this.slots.has(key);
  }

  /** The value as text, whatever its kind; undefined when the key is absent. */
  text(key: string): string | undefined {
    const slot = this.slots.get(key);
    return slot === undefined ? undefined : this.textAt(slot);
  }

  /** The value as a number; numeric strings count, since several emitters send ints as strings. */
  number(key: string): number | undefined {
    const slot = this.slots.get(key);
    if (slot === undefined) return undefined;
    const kind = this.kinds[slot];
    if (kind === ValueKind.int || kind === ValueKind.double || kind === ValueKind.bool)
      return this.numbers[slot];
    const text = this.textAt(slot);
    if (text === "" || text.length > 40) return undefined;
    const value = Number(text);
    return Number.isFinite(value) ? value : undefined;
  }

  textAt(slot: number): string {
    const known = this.texts[slot];
    if (known !== undefined) return known;
    const kind = this.kinds[slot];
    let text: string;
    if (kind === ValueKind.bool) text = this.numbers[slot] === 1 ? "true" : "false";
    else if (kind === ValueKind.int || kind === ValueKind.double) text = String(this.numbers[slot]);
    else if (this.starts[slot]! < 0) text = "";
    else text = this.source.toString("utf8", this.starts[slot], this.ends[slot]);
    this.texts[slot] = text;
    return text;
  }

  private slotFor(key: string): number {
    const existing = this.slots.get(key);
    if (existing !== undefined) return existing;
    const slot = this.size++;
    this.keys[slot] = key;
    this.slots.set(key, slot);
    return slot;
  }
}

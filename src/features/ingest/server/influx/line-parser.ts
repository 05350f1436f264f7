/** The value of a field. Strings are no metrics: they are told apart so that they can be passed over. */
export type FieldValue = number | string;

/** One line: `measurement,tag=value field=value timestamp`. */
export interface ParsedLine {
  measurement: string;
  tags: [string, string][];
  /** In the order of the line; booleans are 1 and 0. */
  fields: [string, FieldValue][];
  /** In the precision of the request; undefined when the line has none. */
  timestamp: bigint | undefined;
}

/** Why a line cannot be read. Constants, so that equal reasons are counted together. */
export const LineProblem = {
  measurement: "the measurement is missing",
  tag: "a tag is not name=value, or a special character in it has no backslash",
  tagTwice: "two tags have the same name",
  fields: "there is no field",
  field: "a field is not name=value",
  number: "a field's value is not a number, 1i, 1u, true, false or a quoted string",
  range: "an integer does not fit into 64 bits",
  string: "a quoted string is not closed",
  timestamp: "the timestamp is not an integer",
} as const;

const ESCAPED_IN_MEASUREMENT = ", ";
const ESCAPED_IN_KEY = ",= ";
const ESCAPED_IN_STRING = '"\\';
const TRUE = new Set(["t", "T", "true", "True", "TRUE"]);
const FALSE = new Set(["f", "F", "false", "False", "FALSE"]);
const FLOAT = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;
const INTEGER = /^[+-]?\d+i$/;
const UNSIGNED = /^\d+u$/;

/**
 * Reads one line of InfluxDB line protocol (https://docs.influxdata.com/influxdb/v2/reference/syntax/line-protocol/);
 * answers a reason when it is none.
 */
export function parseLine(line: string): ParsedLine | string {
  const scanner = new LineScanner(line);
  const measurement = scanner.token(", ", ESCAPED_IN_MEASUREMENT);
  if (measurement === "") return LineProblem.measurement;
  const tags: [string, string][] = [];
  const names = new Set<string>();
  while (scanner.take(",")) {
    const name = scanner.token("=, ", ESCAPED_IN_KEY);
    if (name === "" || !scanner.take("=")) return LineProblem.tag;
    const value = scanner.token("=, ", ESCAPED_IN_KEY);
    if (value === "" || scanner.at("=")) return LineProblem.tag;
    if (names.has(name)) return LineProblem.tagTwice;
    names.add(name);
    tags.push([name, value]);
  }
  if (!scanner.skipSpaces()) return LineProblem.fields;
  const fields: [string, FieldValue][] = [];
  do {
    const name = scanner.token("=, ", ESCAPED_IN_KEY);
    if (name === "" || !scanner.take("="))
      return fields.length === 0 ? LineProblem.fields : LineProblem.field;
    const value = scanner.at('"') ? scanner.quoted() : numberOf(scanner.token(", ", ""));
    if (typeof value === "object") return value.problem;
    fields.push([name, value]);
  } while (scanner.take(","));
  if (!scanner.atEnd() && !scanner.skipSpaces()) return LineProblem.field;
  const rest = scanner.rest().trim();
  if (rest !== "" && !/^-?\d{1,19}$/.test(rest)) return LineProblem.timestamp;
  return { measurement, tags, fields, timestamp: rest === "" ? undefined : BigInt(rest) };
}

interface Problem {
  problem: string;
}

function numberOf(text: string): number | Problem {
  if (FLOAT.test(text)) return Number(text);
  if (TRUE.has(text)) return 1;
  if (FALSE.has(text)) return 0;
  const isInteger = INTEGER.test(text);
  if (!isInteger && !UNSIGNED.test(text)) return { problem: LineProblem.number };
  const digits = text.slice(0, -1).replace(/^\+/, "");
  const fits = digits.length <= 20 && fitsInto(BigInt(digits), isInteger);
  return fits ? Number(digits) : { problem: LineProblem.range };
}

function fitsInto(value: bigint, signed: boolean): boolean {
  return value === (signed ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value));
}

class LineScanner {
  private pos = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  at(character: string): boolean {
    return this.text[this.pos] === character;
  }

  atEnd(): boolean {
    return this.pos >= this.text.length;
  }

  take(character: string): boolean {
    if (!this.at(character)) return false;
    this.pos++;
    return true;
  }

  /** True when there was at least one. */
  skipSpaces(): boolean {
    const start = this.pos;
    while (this.at(" ")) this.pos++;
    return this.pos > start;
  }

  rest(): string {
    return this.text.slice(this.pos);
  }

  /** Text up to one of `stops`. A backslash counts before a character of `escaped` alone; else it is one itself. */
  token(stops: string, escaped: string): string {
    const { text } = this;
    let token = "";
    let from = this.pos;
    for (; this.pos < text.length; this.pos++) {
      const character = text[this.pos]!;
      if (character === "\\" && this.pos + 1 < text.length && escaped.includes(text[this.pos + 1]!)) {
        token += text.slice(from, this.pos);
        from = ++this.pos;
      } else if (stops.includes(character)) break;
    }
    return token + text.slice(from, this.pos);
  }

  /** A quoted string, without its quotes. */
  quoted(): string | Problem {
    this.pos++;
    const value = this.token('"', ESCAPED_IN_STRING);
    return this.take('"') ? value : { problem: LineProblem.string };
  }
}

/** What the bridge must know about a statement to run it. */
export interface StatementShape {
  /**
   * `select`: produces rows and may be written to a file. `insert_data`: rows follow as data.
   * `other`: everything else, an `INSERT … SELECT` or a DDL statement among them.
   */
  kind: "select" | "insert_data" | "other";
  /** The statement without a trailing `;`. */
  sql: string;
  /** Offset in `sql` at which a file clause belongs: before FORMAT or VALUES, or at the end. */
  fileClauseAt: number;
  /** Format named by the statement itself. */
  format: string | undefined;
  /** Of an insert: offset in the given text just after the format name (or `VALUES`), where data may begin. */
  dataAt: number | undefined;
  /** Whether the statement names an output file itself. */
  hasOutfile: boolean;
  /** Whether a second statement follows. */
  multiple: boolean;
}

interface Token {
  /** Upper-cased word, or the punctuation character; literals are `'`. */
  text: string;
  word: boolean;
  start: number;
  end: number;
}

const WORD_START = /[A-Za-z_]/;
const WORD_OR_NUMBER = /[A-Za-z0-9_]/;

/** Skips white space and comments (`--`, `#!`, `# `, and C style) from `at`. */
function skipBlank(text: string, from: number): number {
  let at = from;
  for (;;) {
    const c = text[at];
    if (c === undefined) return at;
    if (/\s/.test(c)) at += 1;
    else if (text.startsWith("--", at) || text.startsWith("#!", at) || text.startsWith("# ", at)) {
      const line = text.indexOf("\n", at);
      at = line < 0 ? text.length : line + 1;
    } else if (text.startsWith("/*", at)) {
      const close = text.indexOf("*/", at + 2);
      at = close < 0 ? text.length : close + 2;
    } else return at;
  }
}

/** End of a quoted literal or identifier that begins at `at`; backslash and doubled quotes escape. */
function quotedEnd(text: string, at: number): number {
  const quote = text[at];
  for (let i = at + 1; i < text.length; i += 1) {
    if (text[i] === "\\") i += 1;
    else if (text[i] === quote) {
      if (text[i + 1] !== quote) return i + 1;
      i += 1;
    }
  }
  return text.length;
}

function nextToken(text: string, from: number): Token | undefined {
  const start = skipBlank(text, from);
  const c = text[start];
  if (c === undefined) return undefined;
  if (c === "'" || c === '"' || c === "`") {
    return { text: "'", word: false, start, end: quotedEnd(text, start) };
  }
  if (c === "$") {
    const tag = /^\$\w*\$/.exec(text.slice(start, start + 80))?.[0];
    const close = tag === undefined ? -1 : text.indexOf(tag, start + tag.length);
    if (tag !== undefined && close >= 0) return { text: "'", word: false, start, end: close + tag.length };
  }
  if (WORD_OR_NUMBER.test(c)) {
    let end = start + 1;
    while (end < text.length && WORD_OR_NUMBER.test(text[end]!)) end += 1;
    return { text: text.slice(start, end).toUpperCase(), word: WORD_START.test(c), start, end };
  }
  return { text: c, word: false, start, end: start + 1 };
}

const ROW_PRODUCERS = new Set(["SELECT", "WITH", "SHOW", "DESC", "DESCRIBE", "EXPLAIN", "EXISTS", "("]);

/**
 * Finds the shape of a ClickHouse statement by its tokens, without parsing the grammar. A mistake here can
 * only turn into a syntax error of the engine: nothing is decided about what a query may see or do.
 *
 * `text` may be just the head of a longer insert body; scanning stops where its data begin.
 */
export function readStatement(text: string): StatementShape {
  const first = nextToken(text, 0);
  if (first?.text === "INSERT") return readInsert(text, first.end);
  let kind: StatementShape["kind"] = first && ROW_PRODUCERS.has(first.text) ? "select" : "other";
  let depth = 0;
  let end = text.length;
  let lastEnd = 0;
  let multiple = false;
  let hasOutfile = false;
  let format: { start: number; name: string; tokensAfter: number } | undefined;
  let previous: Token | undefined;
  for (let token = first; token; token = nextToken(text, token.end)) {
    if (token.text === "(" || token.text === "[" || token.text === "{") depth += 1;
    else if (token.text === ")" || token.text === "]" || token.text === "}") depth -= 1;
    else if (depth === 0 && token.text === ";") {
      end = token.start;
      multiple = nextToken(text, token.end) !== undefined && !onlySemicolons(text, token.end);
      break;
    } else if (depth === 0 && token.word) {
      if (previous?.text === "FORMAT" && previous.word) {
        format = { start: previous.start, name: text.slice(token.start, token.end), tokensAfter: 0 };
        previous = undefined;
        lastEnd = token.end;
        continue;
      }
      if (token.text === "OUTFILE" && previous?.text === "INTO") hasOutfile = true;
      // A WITH may introduce an INSERT; such a statement has no rows of its own.
      if (token.text === "INSERT" && kind === "select" && first?.text === "WITH") kind = "other";
    }
    // FORMAT ends a statement; only SETTINGS may follow it. Otherwise the word was a column or an alias.
    if (format && !(token.word && token.text === "SETTINGS") && format.tokensAfter === 0) format = undefined;
    else if (format) format.tokensAfter += 1;
    previous = token;
    lastEnd = token.end;
  }
  return {
    kind,
    sql: text.slice(0, end),
    fileClauseAt: format?.start ?? Math.min(lastEnd, end),
    format: format?.name,
    dataAt: undefined,
    hasOutfile,
    multiple,
  };
}

function onlySemicolons(text: string, from: number): boolean {
  for (let token = nextToken(text, from); token; token = nextToken(text, token.end)) {
    if (token.text !== ";") return false;
  }
  return true;
}

function readInsert(text: string, from: number): StatementShape {
  let depth = 0;
  const shape: StatementShape = {
    kind: "other",
    sql: text,
    fileClauseAt: text.length,
    format: undefined,
    dataAt: undefined,
    hasOutfile: false,
    multiple: false,
  };
  for (let token = nextToken(text, from); token; token = nextToken(text, token.end)) {
    if (token.text === "(") depth += 1;
    else if (token.text === ")") depth -= 1;
    else if (depth === 0 && token.word) {
      if (token.text === "SELECT" || token.text === "WITH" || token.text === "WATCH") {
        const rest = readStatement(text.slice(token.start));
        return { ...shape, sql: text.slice(0, token.start) + rest.sql, multiple: rest.multiple };
      }
      if (token.text === "VALUES") {
        return {
          ...shape,
          kind: "insert_data",
          format: "Values",
          fileClauseAt: token.start,
          dataAt: token.end,
        };
      }
      if (token.text === "FORMAT") {
        const name = nextToken(text, token.end);
        if (name?.word) {
          return {
            ...shape,
            kind: "insert_data",
            format: text.slice(name.start, name.end),
            fileClauseAt: token.start,
            dataAt: name.end,
          };
        }
      }
    }
  }
  return shape;
}

/**
 * The part of Markdown that chat messages use, read into a tree of plain data. Nothing here knows HTML:
 * tags in the text stay text, and React escapes them when the tree is drawn.
 */
export type Inline =
  | { type: "text"; text: string }
  | { type: "code"; text: string }
  | { type: "strong"; children: Inline[] }
  | { type: "em"; children: Inline[] }
  | { type: "link"; href: string; children: Inline[] };

export type Block =
  | { type: "paragraph"; children: Inline[] }
  | { type: "heading"; level: number; children: Inline[] }
  | { type: "code"; language: string; text: string }
  | { type: "quote"; children: Block[] }
  | { type: "list"; ordered: boolean; start: number; items: { depth: number; children: Inline[] }[] }
  | { type: "table"; head: Inline[][]; rows: Inline[][][] }
  | { type: "rule" };

/** Beyond this a text is shown as it is: formatting a log of megabytes helps nobody. */
export const MAX_MARKDOWN_CHARS = 100_000;
const MAX_QUOTE_DEPTH = 4;
const MAX_INLINE_DEPTH = 6;

const FENCE = /^ {0,3}(```+|~~~+)([^`]*)$/;
const HEADING = /^ {0,3}(#{1,6})\s+(\S.*)$/;
const ITEM = /^(\s*)(?:[-*+]|(\d{1,9})[.)])\s+(\S.*)$/;
const QUOTE = /^ {0,3}> ?/;
const TABLE_LINE = /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/;

/** Reads a message. Never throws, whatever the text; takes time in proportion to its length. */
export function parseMarkdown(text: string): Block[] {
  if (text.length > MAX_MARKDOWN_CHARS) return [{ type: "code", language: "", text }];
  return parseBlocks(text.replace(/\r\n?/g, "\n").split("\n"), 0);
}

function parseBlocks(lines: string[], quoteDepth: number): Block[] {
  const blocks: Block[] = [];
  let paragraph: string[] = [];
  const flush = () => {
    if (paragraph.length > 0) blocks.push({ type: "paragraph", children: parseInline(paragraph.join("\n")) });
    paragraph = [];
  };
  let i = 0;
  while (i < lines.length) {
    const line = lines[i]!;
    const fence = FENCE.exec(line);
    if (fence) {
      flush();
      const mark = fence[1]!;
      const body: string[] = [];
      for (i++; i < lines.length && !closesFence(lines[i]!, mark); i++) body.push(lines[i]!);
      i++;
      blocks.push({ type: "code", language: fence[2]!.trim(), text: body.join("\n") });
      continue;
    }
    if (line.trim() === "") {
      flush();
      i++;
      continue;
    }
    const heading = HEADING.exec(line);
    if (heading) {
      flush();
      blocks.push({ type: "heading", level: heading[1]!.length, children: parseInline(heading[2]!) });
      i++;
      continue;
    }
    if (isRule(line)) {
      flush();
      blocks.push({ type: "rule" });
      i++;
      continue;
    }
    if (QUOTE.test(line) && quoteDepth < MAX_QUOTE_DEPTH) {
      flush();
      const inner: string[] = [];
      for (; i < lines.length && QUOTE.test(lines[i]!); i++) inner.push(lines[i]!.replace(QUOTE, ""));
      blocks.push({ type: "quote", children: parseBlocks(inner, quoteDepth + 1) });
      continue;
    }
    const item = ITEM.exec(line);
    if (item) {
      flush();
      i = readList(lines, i, item, blocks);
      continue;
    }
    if (line.includes("|") && i + 1 < lines.length && lines[i + 1]!.includes("-")) {
      if (lines[i + 1]!.length < 2_000 && TABLE_LINE.test(lines[i + 1]!)) {
        flush();
        const head = cells(line);
        const rows: Inline[][][] = [];
        for (i += 2; i < lines.length && lines[i]!.includes("|"); i++) rows.push(cells(lines[i]!));
        blocks.push({ type: "table", head, rows });
        continue;
      }
    }
    paragraph.push(line);
    i++;
  }
  flush();
  return blocks;
}

/** Three or more of one of `-`, `*`, `_`; by counting, since a pattern for it backtracks without bound. */
const isRule = (line: string) => {
  const marks = line.replaceAll(" ", "");
  const mark = marks[0];
  if (marks.length < 3 || (mark !== "-" && mark !== "*" && mark !== "_")) return false;
  for (let i = 1; i < marks.length; i++) if (marks[i] !== mark) return false;
  return true;
};

const closesFence = (line: string, mark: string) => {
  const end = line.trim();
  return end.length >= mark.length && end[0] === mark[0] && [...end].every((char) => char === mark[0]);
};

/** Reads the items of one list from line `i` on; a line that is indented under an item belongs to it. */
function readList(lines: string[], i: number, first: RegExpExecArray, blocks: Block[]): number {
  const ordered = first[2] !== undefined;
  const texts: { depth: number; text: string }[] = [];
  let at = i;
  for (; at < lines.length; at++) {
    const line = lines[at]!;
    const item = ITEM.exec(line);
    if (item) {
      const depth = Math.min(4, Math.floor(item[1]!.replaceAll("\t", "  ").length / 2));
      if (depth === 0 && (item[2] !== undefined) !== ordered) break;
      texts.push({ depth, text: item[3]! });
    } else if (/^\s+\S/.test(line) && texts.length > 0 && !FENCE.test(line)) {
      texts[texts.length - 1]!.text += `\n${line.trim()}`;
    } else break;
  }
  blocks.push({
    type: "list",
    ordered,
    start: ordered ? Number(first[2]) : 1,
    items: texts.map(({ depth, text }) => ({ depth, children: parseInline(text) })),
  });
  return at;
}

const cells = (line: string) =>
  line
    .trim()
    .replace(/^\||\|$/g, "")
    .split("|")
    .slice(0, 30)
    .map((cell) => parseInline(cell.trim()));

/** Only addresses that a click may follow: the web and mail. Anything else stays text. */
export function safeHref(url: string): string | null {
  const trimmed = url.trim();
  return /^(?:https?:\/\/|mailto:)[^\s<>"']+$/i.test(trimmed) && trimmed.length <= 2_000 ? trimmed : null;
}

/**
 * Reads emphasis, code, links and bare addresses. Closing marks are looked up in tables built once per text,
 * so that thousands of unclosed marks cost no more than as many letters.
 */
export function parseInline(text: string, depth = 0): Inline[] {
  const out: Inline[] = [];
  let plain = "";
  const flush = () => {
    if (plain !== "") out.push({ type: "text", text: plain });
    plain = "";
  };
  const add = (node: Inline) => {
    flush();
    out.push(node);
  };
  const find = finder(text);
  let i = 0;
  while (i < text.length) {
    const char = text[i]!;
    if (char === "\\" && i + 1 < text.length && /[\\`*_[\]()#>!|~-]/.test(text[i + 1]!)) {
      plain += text[i + 1];
      i += 2;
      continue;
    }
    if (char === "`") {
      let run = 1;
      while (text[i + run] === "`") run++;
      const mark = "`".repeat(Math.min(run, 3));
      const close = run <= 3 ? find(mark, i + run) : -1;
      if (close > i + run) {
        add({ type: "code", text: text.slice(i + run, close) });
        i = close + run;
      } else {
        plain += text.slice(i, i + run);
        i += run;
      }
      continue;
    }
    if (depth < MAX_INLINE_DEPTH && (char === "*" || char === "_")) {
      const double = text[i + 1] === char;
      const mark = double ? char + char : char;
      const from = i + mark.length;
      const close = opens(text, i, mark) ? find(mark, from) : -1;
      if (close > from && closes(text, close, mark)) {
        const children = parseInline(text.slice(from, close), depth + 1);
        add({ type: double ? "strong" : "em", children });
        i = close + mark.length;
      } else {
        plain += mark;
        i = from;
      }
      continue;
    }
    if (char === "[" || (char === "!" && text[i + 1] === "[")) {
      const from = char === "!" ? i + 2 : i + 1;
      const middle = depth < MAX_INLINE_DEPTH ? find("](", from) : -1;
      const close = middle < 0 ? -1 : find(")", middle + 2);
      const href = close < 0 || close - middle > 2_002 ? null : safeHref(text.slice(middle + 2, close));
      if (href && middle - from <= 1_000) {
        // A picture is never fetched, since that would tell its host who reads the trace: its address is shown.
        const label = char === "!" ? href : text.slice(from, middle) || href;
        add({ type: "link", href, children: [{ type: "text", text: label }] });
        i = close + 1;
        continue;
      }
      plain += text.slice(i, from);
      i = from;
      continue;
    }
    if (char === "h" && (text.startsWith("http://", i) || text.startsWith("https://", i))) {
      const raw = /^https?:\/\/[^\s<>"'`*\]|]{1,1900}/.exec(text.slice(i, i + 1_910))?.[0] ?? "";
      const href = safeHref(raw.replace(/[.,;:!?)]+$/, ""));
      if (href) {
        add({ type: "link", href, children: [{ type: "text", text: href }] });
        i += href.length;
        continue;
      }
    }
    plain += char;
    i++;
  }
  flush();
  return out;
}

/** Looks marks up by bisection over positions found once. */
function finder(text: string): (mark: string, from: number) => number {
  const tables = new Map<string, number[]>();
  return (mark, from) => {
    let table = tables.get(mark);
    if (!table) {
      table = [];
      for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + mark.length)) table.push(at);
      tables.set(mark, table);
    }
    let low = 0;
    let high = table.length;
    while (low < high) {
      const mid = (low + high) >> 1;
      if (table[mid]! < from) low = mid + 1;
      else high = mid;
    }
    return table[low] ?? -1;
  };
}

const isWord = (char: string | undefined) => char !== undefined && /[\p{L}\p{N}_]/u.test(char);
const isSpace = (char: string | undefined) => char === undefined || /\s/.test(char);

/** `snake_case` and `2 * 3` are not emphasis. */
const opens = (text: string, at: number, mark: string) =>
  !isSpace(text[at + mark.length]) && !(mark[0] === "_" && isWord(text[at - 1]));
const closes = (text: string, at: number, mark: string) =>
  !isSpace(text[at - 1]) && !(mark[0] === "_" && isWord(text[at + mark.length]));

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Block, type Inline, parseInline, parseMarkdown, safeHref } from "./markdown-lite.ts";

/** All text of a tree, and every link in it. */
function collect(blocks: readonly (Block | Inline)[], texts: string[] = [], links: string[] = []) {
  for (const node of blocks) {
    if (node.type === "code" && "language" in node) texts.push(node.language);
    if ("text" in node) texts.push(node.text);
    if (node.type === "link") links.push(node.href);
    if ("children" in node) collect(node.children, texts, links);
    if (node.type === "list") for (const item of node.items) collect(item.children, texts, links);
    if (node.type === "table")
      for (const row of [node.head, ...node.rows]) for (const cell of row) collect(cell, texts, links);
  }
  return { texts, links };
}

describe("markdown-lite", () => {
  it.each([
    ["plain", [{ type: "text", text: "plain" }]],
    [
      "**a** b",
      [
        { type: "strong", children: [{ type: "text", text: "a" }] },
        { type: "text", text: " b" },
      ],
    ],
    ["*a*", [{ type: "em", children: [{ type: "text", text: "a" }] }]],
    ["`x < y`", [{ type: "code", text: "x < y" }]],
    ["``a`b``", [{ type: "code", text: "a`b" }]],
    ["snake_case_name", [{ type: "text", text: "snake_case_name" }]],
    ["2 * 3 * 4", [{ type: "text", text: "2 * 3 * 4" }]],
    ["**open", [{ type: "text", text: "**open" }]],
    ["\\*a\\*", [{ type: "text", text: "*a*" }]],
    [
      "[docs](https://a.b/c)",
      [{ type: "link", href: "https://a.b/c", children: [{ type: "text", text: "docs" }] }],
    ],
    ["[x](javascript:alert(1))", [{ type: "text", text: "[x](javascript:alert(1))" }]],
    ["<img src=x onerror=alert(1)>", [{ type: "text", text: "<img src=x onerror=alert(1)>" }]],
    [
      "![cat](https://a.b/c.png)",
      [
        {
          type: "link",
          href: "https://a.b/c.png",
          children: [{ type: "text", text: "https://a.b/c.png" }],
        },
      ],
    ],
    [
      "see https://a.b/c.",
      [
        { type: "text", text: "see " },
        { type: "link", href: "https://a.b/c", children: [{ type: "text", text: "https://a.b/c" }] },
        { type: "text", text: "." },
      ],
    ],
  ])("reads %o within a line", (text, expected) => {
    expect(parseInline(text)).toEqual(expected);
  });

  it("reads blocks", () => {
    const text = [
      "# Title",
      "first",
      "line",
      "",
      "- a",
      "  - b",
      "1. one",
      "2. two",
      "> said",
      "```ts",
      "let x = '<b>';",
      "```",
      "---",
      "| a | b |",
      "|---|:-:|",
      "| 1 | 2 |",
    ].join("\n");
    expect(parseMarkdown(text).map((block) => block.type)).toEqual([
      "heading",
      "paragraph",
      "list",
      "list",
      "quote",
      "code",
      "rule",
      "table",
    ]);
    expect(parseMarkdown("```ts\nlet x;\n")).toEqual([{ type: "code", language: "ts", text: "let x;\n" }]);
  });

  it.each([
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>",
    " vbscript:x",
    "//evil.example",
    "/relative",
    "https://a b",
    'https://a"onclick=1',
    "file:///etc/passwd",
  ])("does not link %o", (href) => {
    expect(safeHref(href)).toBeNull();
  });

  it("neither throws on any text nor links anywhere but to the web and mail", () => {
    const bits = fc.constantFrom("**", "`", "```", "[", "](", ")", "!", "\n", "> ", "- ", "1. ", "|", "---");
    const more = fc.constantFrom("_", "javascript:", "https://x", "<script>", "\\", " ", "# ", "~~~", "a");
    const soup = fc.array(fc.oneof(bits, more, fc.string({ maxLength: 5 })), { maxLength: 80 });
    fc.assert(
      fc.property(soup, (pieces) => {
        const { links } = collect(parseMarkdown(pieces.join("")));
        for (const link of links) expect(link).toMatch(/^(https?:\/\/|mailto:)[^\s<>"']+$/i);
      }),
    );
  });

  it("loses no letter of the text", () => {
    const letters = (text: string) => text.replace(/[^a-z]/g, "");
    const word = fc.stringMatching(/^[a-z]{1,6}$/);
    const mark = fc.constantFrom(" ", "\n", "**", "*", "_", "`", "\n- ", "\n> ", "\n\n", "[", "]", "<b>");
    fc.assert(
      fc.property(fc.array(fc.oneof(word, mark), { maxLength: 60 }), (pieces) => {
        const text = pieces.join("");
        const { texts } = collect(parseMarkdown(text));
        expect(letters(texts.join(""))).toBe(letters(text));
      }),
    );
  });

  it.each([
    "*",
    "_",
    "`",
    "[",
    "![",
    "](",
    "> ",
    "- ",
    "-",
    "* ",
    "|",
    "\\",
    "**a",
    "[a](",
    "http://",
    "```\n",
  ])("takes a hundred thousand letters of %o in its stride", (unit) => {
    const began = performance.now();
    parseMarkdown(unit.repeat(Math.floor(99_000 / unit.length)));
    parseMarkdown(`${unit.repeat(Math.floor(90_000 / unit.length))}x`);
    expect(performance.now() - began).toBeLessThan(1_500);
  });
});

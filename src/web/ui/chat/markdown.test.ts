import fc from "fast-check";
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { Markdown } from "./markdown.tsx";

const draw = (text: string) => renderToStaticMarkup(createElement(Markdown, { text }));
/** Names of the elements and attributes in a piece of HTML that React wrote. */
const tags = (html: string) => [...html.matchAll(/<([a-z0-9]+)/g)].map((match) => match[1]!);

describe("a drawn message", () => {
  it.each([
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "![x](https://evil.example/track.png)",
    '<a href="https://evil.example" onclick="x()">',
    "```html\n<iframe src=//evil.example></iframe>\n```",
    "<svg/onload=alert(1)>",
    "| <b>a</b> |\n|---|\n| <object> |",
    "> <style>*{display:none}</style>",
  ])("holds no element that %o asks for", (text) => {
    for (const tag of tags(draw(text))) {
      expect(["script", "img", "iframe", "object", "style", "b"]).not.toContain(tag);
    }
    expect(draw(text)).not.toMatch(/<[^>]*\s(onerror|onclick|onload)=/);
  });

  it("links only outwards, without telling where from", () => {
    expect(draw("[docs](https://a.example/b)")).toContain('rel="noopener noreferrer nofollow"');
  });

  it("loads nothing, whatever the text", () => {
    const piece = fc.constantFrom(
      "![",
      "](",
      ")",
      "https://x.example/a.png",
      "<img src=",
      ">",
      "**",
      "\n",
      "`",
      "|",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const html = draw(pieces.join(""));
        expect(html).not.toMatch(/<(img|script|iframe|video|audio|object|embed|link|style)\b/);
        expect(html).not.toMatch(/<[^>]*\ssrc=/);
      }),
    );
  });
});

import { Fragment, memo, type ReactNode, useMemo } from "react";
import { CodeBlock } from "#web/ui/code-block.tsx";
import { type Block, type Inline, parseMarkdown } from "./markdown-lite.ts";

/* Positions are the only identity that parts of a text have, so they are the keys below. */

function inline(nodes: readonly Inline[]): ReactNode {
  return nodes.map((node, at) => {
    const key = at;
    switch (node.type) {
      case "text":
        return <Fragment key={key}>{node.text}</Fragment>;
      case "code":
        return (
          <code key={key} className="rounded-sm bg-surface-active px-1 py-px font-mono text-[0.92em]">
            {node.text}
          </code>
        );
      case "strong":
        return <strong key={key}>{inline(node.children)}</strong>;
      case "em":
        return <em key={key}>{inline(node.children)}</em>;
      case "link":
        return (
          <a
            key={key}
            href={node.href}
            target="_blank"
            rel="noopener noreferrer nofollow"
            className="break-all text-accent underline"
          >
            {inline(node.children)}
          </a>
        );
    }
    return null;
  });
}

const DEPTHS = ["ml-5", "ml-10", "ml-15", "ml-20", "ml-25"];

function block(node: Block, key: number): ReactNode {
  switch (node.type) {
    case "paragraph":
      return (
        <p key={key} className="whitespace-pre-wrap">
          {inline(node.children)}
        </p>
      );
    case "heading":
      // Headings of a message are no headings of the page: they would break its outline.
      return (
        <p key={key} className={node.level < 3 ? "text-base font-semibold" : "font-semibold"}>
          {inline(node.children)}
        </p>
      );
    case "code":
      return <CodeBlock key={key} code={node.text} title={node.language || undefined} label="Code" wrap />;
    case "quote":
      return (
        <blockquote key={key} className="space-y-2 border-l-2 border-border-strong pl-3 text-text-muted">
          {node.children.map(block)}
        </blockquote>
      );
    case "rule":
      return <hr key={key} className="border-border" />;
    case "list": {
      const List = node.ordered ? "ol" : "ul";
      return (
        <List
          key={key}
          start={node.ordered ? node.start : undefined}
          className={node.ordered ? "list-decimal space-y-0.5" : "list-disc space-y-0.5"}
        >
          {node.items.map((item, at) => (
            <li
              // biome-ignore lint/suspicious/noArrayIndexKey: see above
              key={at}
              className={`${DEPTHS[item.depth]} whitespace-pre-wrap ${item.depth > 0 ? "list-[circle]" : ""}`}
            >
              {inline(item.children)}
            </li>
          ))}
        </List>
      );
    }
    case "table":
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by keyboard
        // biome-ignore lint/a11y/useSemanticElements: see CodeBlock
        <div key={key} role="region" tabIndex={0} aria-label="Table" className="overflow-x-auto">
          <table className="text-left text-xs">
            <thead>
              <tr>
                {node.head.map((cell, at) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: see above
                  <th key={at} className="border border-border bg-surface-hover px-2 py-1 font-semibold">
                    {inline(cell)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {node.rows.map((row, r) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: see above
                <tr key={r}>
                  {row.map((cell, at) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: see above
                    <td key={at} className="border border-border px-2 py-1 align-top">
                      {inline(cell)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      );
  }
  return null;
}

/** A message's Markdown. There is no path from the text to HTML: it becomes data, then React elements. */
export const Markdown = memo(function Markdown({ text }: { text: string }) {
  const blocks = useMemo(() => parseMarkdown(text), [text]);
  return <div className="space-y-2 break-words">{blocks.map(block)}</div>;
});

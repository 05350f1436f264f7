// @ts-expect-error the web project has no Node types, and needs none but here
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const css: string = readFileSync(new URL("./tokens.css", import.meta.url), "utf8");
const [lightCss, darkCss] = css.split('[data-theme="dark"]') as [string, string];
const tokensOf = (text: string) =>
  Object.fromEntries([...text.matchAll(/--color-([\w-]+):\s*(#[0-9a-f]{6})/g)].map((m) => [m[1]!, m[2]!]));
const light = tokensOf(lightCss);
const themes: Record<string, Record<string, string>> = { light, dark: { ...light, ...tokensOf(darkCss) } };

/** Relative luminance and contrast as WCAG 2.2 defines them. */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

const TEXT = ["text", "text-muted", "text-faint", "accent", "danger", "warning", "success"];
const PAPER = ["bg", "surface", "surface-hover"];
const pairs: [string, string, number][] = [
  ...TEXT.flatMap((text) => PAPER.map((paper): [string, string, number] => [text, paper, 4.5])),
  ["text", "surface-active", 4.5],
  ["text-muted", "surface-active", 4.5],
  ["text-muted", "success-soft", 4.5],
  ...["accent", "danger", "warning", "success"].map((tone): [string, string, number] => [
    tone,
    `${tone}-soft`,
    4.5,
  ]),
  ["on-accent", "accent-fill", 4.5],
  ["on-accent", "accent-fill-hover", 4.5],
  ["on-accent", "danger-fill", 4.5],
  ["border-strong", "surface", 3],
  ...Array.from({ length: 8 }, (_, n): [string, string, number] => [`series-${n + 1}`, "surface", 3]),
];

describe.each(Object.keys(themes))("contrast of the %s theme", (theme) => {
  it.each(pairs)("%s on %s reaches %d:1", (front, back, least) => {
    const colours = themes[theme]!;
    expect(contrast(colours[front]!, colours[back]!)).toBeGreaterThanOrEqual(least);
  });
});

import { useSyncExternalStore } from "react";

function subscribe(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  return () => observer.disconnect();
}

/** The theme in effect, so that what is drawn on a canvas follows it. */
export function useThemeInEffect(): string {
  return useSyncExternalStore(subscribe, () => document.documentElement.dataset.theme ?? "light");
}

/** The value of a design token: `series-1`, `text-muted`. */
export function tokenColour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--color-${name}`).trim() || "#888888";
}

/** A colour with an opacity from 0 to 1; takes the `#rrggbb` of the tokens. */
export function withAlpha(colour: string, alpha: number): string {
  const hex = Math.round(alpha * 255)
    .toString(16)
    .padStart(2, "0");
  return /^#[0-9a-f]{6}$/i.test(colour) ? `${colour}${hex}` : colour;
}

/** A fill of parallel lines, for areas and bars that must not be told apart by hue alone. */
export function hatchFill(
  colour: string,
  hatch: 1 | 2 | 3,
  alpha: number,
  /** Painted below, where nothing may shine through. */
  ground?: string,
): CanvasPattern | string {
  const size = 8;
  const canvas = document.createElement("canvas");
  canvas.width = size;
  canvas.height = size;
  const context = canvas.getContext("2d");
  if (!context) return withAlpha(colour, alpha);
  if (ground !== undefined) {
    context.fillStyle = ground;
    context.fillRect(0, 0, size, size);
  }
  context.fillStyle = withAlpha(colour, alpha);
  context.fillRect(0, 0, size, size);
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.beginPath();
  if (hatch === 1 || hatch === 3) {
    for (const shift of [-size, 0, size]) {
      context.moveTo(shift, size);
      context.lineTo(shift + size, 0);
    }
  }
  if (hatch === 2 || hatch === 3) {
    for (const shift of [-size, 0, size]) {
      context.moveTo(shift, 0);
      context.lineTo(shift + size, size);
    }
  }
  context.stroke();
  return context.createPattern(canvas, "repeat") ?? withAlpha(colour, alpha);
}

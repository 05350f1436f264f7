export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}
export type Side = "bottom" | "top" | "right";
export type Align = "start" | "center" | "end";

const GAP = 6;
const EDGE = 8;

/**
 * Where to put a floating box beside its anchor, in viewport pixels: on the wanted side, on the opposite one
 * where it would not fit, and never outside the window.
 */
export function place(
  anchor: Box,
  size: { width: number; height: number },
  window: { width: number; height: number },
  side: Side = "bottom",
  align: Align = "start",
): { left: number; top: number } {
  const clamp = (value: number, max: number) => Math.max(EDGE, Math.min(value, max - EDGE));
  if (side === "right") {
    const right = anchor.left + anchor.width + GAP;
    const fits = right + size.width + EDGE <= window.width;
    const top = anchor.top + anchor.height / 2 - size.height / 2;
    return {
      left: fits ? right : clamp(anchor.left - GAP - size.width, window.width - size.width),
      top: clamp(top, window.height - size.height),
    };
  }
  const below = anchor.top + anchor.height + GAP;
  const above = anchor.top - GAP - size.height;
  const fitsBelow = below + size.height + EDGE <= window.height;
  const fitsAbove = above >= EDGE;
  const top =
    side === "bottom" ? (fitsBelow || !fitsAbove ? below : above) : fitsAbove || !fitsBelow ? above : below;
  const offset = { start: 0, center: (anchor.width - size.width) / 2, end: anchor.width - size.width }[align];
  return {
    left: clamp(anchor.left + offset, window.width - size.width),
    top: clamp(top, window.height - size.height),
  };
}

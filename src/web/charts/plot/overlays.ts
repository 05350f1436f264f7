import type uPlot from "uplot";
import type { ChartAnnotation, ChartLimit } from "../chart-types.ts";
import { tokenColour, withAlpha } from "./theme.ts";

const TONES = { neutral: "border-strong", danger: "danger", warning: "warning", success: "success" } as const;

/** Lines and shaded stretches behind the data, each with its label at the top. */
export function drawAnnotations(u: uPlot, annotations: readonly ChartAnnotation[]): void {
  const { ctx, bbox } = u;
  const { min, max } = u.scales.x as { min?: number; max?: number };
  if (annotations.length === 0 || min === undefined || max === undefined) return;
  const dpr = devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.font = `${10 * dpr}px sans-serif`;
  ctx.textBaseline = "top";
  for (const { time, end, label, tone = "neutral" } of annotations) {
    if ((end ?? time) < min || time > max) continue;
    const colour = tokenColour(TONES[tone]);
    const x = u.valToPos(time, "x", true);
    if (end !== undefined) {
      ctx.fillStyle = withAlpha(colour, 0.14);
      ctx.fillRect(x, bbox.top, u.valToPos(end, "x", true) - x, bbox.height);
    }
    ctx.strokeStyle = colour;
    ctx.lineWidth = dpr;
    ctx.setLineDash([3 * dpr, 3 * dpr]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.fillStyle = tokenColour("text-muted");
    ctx.fillText(label, Math.max(x, bbox.left) + 4 * dpr, bbox.top + 2 * dpr);
  }
  ctx.restore();
}

/** Levels across the plot, in front of the data. */
export function drawLimits(u: uPlot, limits: readonly ChartLimit[]): void {
  const { ctx, bbox } = u;
  const dpr = devicePixelRatio;
  ctx.save();
  ctx.font = `${10 * dpr}px sans-serif`;
  ctx.textAlign = "right";
  ctx.textBaseline = "bottom";
  for (const { value, label, tone = "danger" } of limits) {
    const colour = tokenColour(TONES[tone]);
    const y = u.valToPos(value, "y", true);
    if (!(y >= bbox.top && y <= bbox.top + bbox.height)) continue;
    ctx.strokeStyle = colour;
    ctx.lineWidth = 1.5 * dpr;
    ctx.setLineDash([6 * dpr, 3 * dpr]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.fillStyle = colour;
    ctx.fillText(label, bbox.left + bbox.width - 4 * dpr, y - 2 * dpr);
  }
  ctx.restore();
}

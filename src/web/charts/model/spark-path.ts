/**
 * Pieces of an SVG path through values in a box, broken at gaps; `ends` is the last point. Zero is the floor
 * unless values lie below it.
 */
export function sparkPath(
  values: readonly (number | null)[],
  width: number,
  height: number,
  inset = 1.5,
): { line: string; area: string; last: [number, number] | null } {
  const known = values.filter((value): value is number => value !== null && Number.isFinite(value));
  if (known.length === 0) return { line: "", area: "", last: null };
  const low = Math.min(0, ...known);
  const high = Math.max(0, ...known);
  const span = high - low || 1;
  const step = values.length > 1 ? (width - 2 * inset) / (values.length - 1) : 0;
  const round = (n: number) => Math.round(n * 100) / 100;
  const floor = round(height - inset);
  const runs: [number, number][][] = [];
  let run: [number, number][] | null = null;
  values.forEach((value, index) => {
    if (value === null || !Number.isFinite(value)) {
      run = null;
      return;
    }
    if (run === null) {
      run = [];
      runs.push(run);
    }
    run.push([
      round(inset + index * step),
      round(height - inset - ((value - low) / span) * (height - 2 * inset)),
    ]);
  });
  const line = runs.map(
    (points) => `M${points.map(([x, y]) => `${x} ${y}`).join("L")}${points.length === 1 ? "h0.01" : ""}`,
  );
  const area = runs.map((points) => {
    const [first, last] = [points[0]!, points.at(-1)!];
    return `M${first[0]} ${floor}L${points.map(([x, y]) => `${x} ${y}`).join("L")}L${last[0]} ${floor}Z`;
  });
  return { line: line.join(""), area: area.join(""), last: runs.at(-1)?.at(-1) ?? null };
}

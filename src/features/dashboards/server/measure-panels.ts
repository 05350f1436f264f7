import type { Measure, MeasureValues, SeriesAnswer, Step } from "#features/analytics/analytics-contract.ts";
import { type Ask, readSeries } from "#features/analytics/server/index.ts";
import type { SpanFilter } from "#features/traces/trace-contract.ts";

/** One measure over a range, with the range before. */
export interface Panel {
  value: number | null;
  previous: number | null;
  values: (number | null)[];
}

/** Measures over time for a dashboard; error rate and latency are those of whole runs. */
export async function readPanels(
  ask: Ask,
  question: {
    filter: SpanFilter;
    range: { fromMs: number; toMs: number };
    measures: readonly Measure[];
    step: Step;
    timezone: string;
  },
): Promise<{ times: string[]; step: Step; panels: Partial<Record<Measure, Panel>> }> {
  const answer = await readSeries(ask, {
    ...question,
    dimension: undefined,
    limit: 1,
    compare: true,
    ofRuns: true,
  });
  return { times: answer.times, step: answer.step, panels: panelsOf(answer) };
}

function panelsOf(answer: SeriesAnswer): Partial<Record<Measure, Panel>> {
  const now = answer.series[0];
  const before: MeasureValues = answer.previous?.series[0]?.total ?? {};
  const panels: Partial<Record<Measure, Panel>> = {};
  for (const [measure, values] of Object.entries(now?.values ?? {}) as [Measure, (number | null)[]][])
    panels[measure] = { value: now?.total[measure] ?? null, previous: before[measure] ?? null, values };
  return panels;
}

/** How much a value differs from the one before, as a share of that; null when there was nothing before. */
export function changeOf(now: number | null, previous: number | null): number | null {
  return now === null || previous === null || previous === 0 ? null : (now - previous) / previous;
}

import type { Measure } from "#features/analytics/analytics-contract.ts";
import {
  type Ask,
  type MeasuresByValue,
  periodBefore,
  readGroups,
} from "#features/analytics/server/index.ts";
import type { SpanFilter } from "#features/traces/trace-contract.ts";
import type { TopMover } from "../dashboard-contract.ts";
import { changeOf } from "./measure-panels.ts";

/** What is watched, by dimension. */
const WATCHED = {
  agent: ["cost_usd", "errors", "executions"],
  model: ["cost_usd", "llm_calls"],
  tool: ["errors", "tool_calls"],
} as const satisfies Record<TopMover["dimension"], readonly Measure[]>;

const MOST = 8;

/** What changed most against the range of equal length before: by share, weighted by how much it matters. */
export async function readTopMovers(
  ask: Ask,
  question: { filter: SpanFilter; range: { fromMs: number; toMs: number } },
): Promise<TopMover[]> {
  const { filter, range } = question;
  const dimensions = Object.keys(WATCHED) as TopMover["dimension"][];
  const groups = await readGroups(ask, {
    filter,
    periods: [range, periodBefore(range)],
    measures: [...new Set(Object.values(WATCHED).flat())],
    dimensions,
  });
  return pickMovers(
    dimensions.flatMap((dimension, i) => {
      const measures: readonly Measure[] = WATCHED[dimension];
      return measures.flatMap((measure) => moversOf(dimension, measure, groups[i]![0]!, groups[i]![1]!));
    }),
  );
}

function moversOf(
  dimension: TopMover["dimension"],
  measure: Measure,
  now: MeasuresByValue<Measure>,
  before: MeasuresByValue<Measure>,
) {
  const total = [...now.values(), ...before.values()].reduce(
    (sum, values) => sum + (values[measure] ?? 0),
    0,
  );
  return [...new Set([...now.keys(), ...before.keys()])]
    .filter((value) => value !== "")
    .map((value) => {
      const current = now.get(value)?.[measure] ?? 0;
      const previous = before.get(value)?.[measure] ?? 0;
      return {
        mover: { dimension, value, measure, now: current, previous, change: changeOf(current, previous) },
        weight: total === 0 ? 0 : Math.abs(current - previous) / total,
      };
    });
}

/** Changes by the share of their measure's total that they make up; what moved by less than a tenth has not moved. */
export function pickMovers(found: readonly { mover: TopMover; weight: number }[]): TopMover[] {
  return found
    .filter(({ mover, weight }) => weight > 0 && (mover.change === null || Math.abs(mover.change) >= 0.1))
    .sort((a, b) => b.weight - a.weight)
    .slice(0, MOST)
    .map(({ mover }) => mover);
}

import type {
  Retention,
  RetentionInput,
  Sampling,
  SignalName,
} from "#features/retention/retention-contract.ts";

export const SIGNAL_LABELS: Record<SignalName, { name: string; holds: string }> = {
  traces: { name: "Traces", holds: "Spans with their messages" },
  logs: { name: "Logs", holds: "Log records" },
  metrics: { name: "Metrics", holds: "Samples and their series" },
  events: { name: "Agent events", holds: "What agents report of single interactions" },
  scores: { name: "Scores", holds: "Evaluations of traces, spans and sessions" },
  rollups: { name: "Roll-ups", holds: "Hourly counts, cost and latency for long-term charts" },
};

/** Days as they stand in the fields, as text. */
export type DaysDraft = Partial<Record<SignalName, string>>;

/** What the fields change; the text of a field that is no number of days is told instead. */
export function changedDays(
  retention: Retention,
  draft: DaysDraft,
): { days: NonNullable<RetentionInput["days"]>; invalid: SignalName[] } {
  const days: NonNullable<RetentionInput["days"]> = {};
  const invalid: SignalName[] = [];
  for (const { signal, days: current } of retention.signals) {
    const text = draft[signal];
    if (text === undefined || text === String(current)) continue;
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= 1 && value <= 3650) days[signal] = value;
    else invalid.push(signal);
  }
  return { days, invalid };
}

/** Sampling as it stands in the fields. */
export interface SamplingDraft {
  on: boolean;
  keepPercent: string;
  slowerThanSeconds: string;
  costlierThanUsd: string;
}

export function samplingDraft(sampling: Sampling | null): SamplingDraft {
  return {
    on: sampling !== null,
    keepPercent: String(sampling?.keep_percent ?? 10),
    slowerThanSeconds: sampling?.keep_slower_than_ms ? String(sampling.keep_slower_than_ms / 1000) : "",
    costlierThanUsd: sampling?.keep_costlier_than_usd ? String(sampling.keep_costlier_than_usd) : "",
  };
}

/** The fields as the API wants them; undefined while one of them makes no sense, null when sampling is off. */
export function samplingOf(draft: SamplingDraft): Sampling | null | undefined {
  if (!draft.on) return null;
  const percent = Number(draft.keepPercent);
  const slower = positiveOrNull(draft.slowerThanSeconds);
  const costlier = positiveOrNull(draft.costlierThanUsd);
  if (draft.keepPercent.trim() === "" || !(percent >= 0 && percent <= 100)) return undefined;
  if (slower === undefined || costlier === undefined) return undefined;
  return {
    keep_percent: percent,
    keep_slower_than_ms: slower === null ? null : slower * 1000,
    keep_costlier_than_usd: costlier,
    after_hours: 1,
  };
}

function positiveOrNull(text: string): number | null | undefined {
  if (text.trim() === "") return null;
  const value = Number(text);
  return value > 0 && Number.isFinite(value) ? value : undefined;
}

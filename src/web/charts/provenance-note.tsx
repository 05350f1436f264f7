import { formatNumber } from "../lib/format.ts";
import { Badge } from "../ui/badge.tsx";

/** Says when an answer is not all of the truth: part of the range left out, or counts scaled up from a sample. */
export function ProvenanceNote({
  answer,
}: {
  answer: { truncated: boolean; sampled: number | null } | undefined;
}) {
  if (answer?.truncated) {
    return (
      <Badge
        tone="warning"
        title="Part of the time range was left out to stay within bounds. Choose a shorter one."
      >
        partial
      </Badge>
    );
  }
  if (answer !== undefined && answer.sampled !== null && answer.sampled < 1) {
    const share = `${formatNumber(answer.sampled * 100, 1)} %`;
    return (
      <Badge tone="warning" title={`Scaled up from ${share} of the spans.`}>
        sampled {share}
      </Badge>
    );
  }
  return null;
}

import { SpanView } from "#features/telemetry/server/index.ts";
import { walkJsonExport } from "./json-export.ts";
import { JsonSpanReader } from "./json-span.ts";
import { OutcomeCounter, type ReadOutcome, type SpanSink } from "./read-outcome.ts";
import { Reason } from "./rejection-reasons.ts";
import { latestTimeNs } from "./span-rules.ts";

/**
 * Reads a trace export of OTLP/JSON and hands every span to `sink`; a broken span costs no other.
 * @param nowMs our clock in milliseconds since 1970, to refuse absurd times
 * @throws FlightdeckError `malformed_otlp` (400) when the body is not a JSON object
 */
export function readJsonTraces(body: Buffer, nowMs: number, sink: SpanSink): ReadOutcome {
  const outcome = new OutcomeCounter();
  const view = new SpanView();
  const spans = new JsonSpanReader(body, view, latestTimeNs(nowMs));
  walkJsonExport(body, outcome, "traces", (range, origin) => {
    const reason = origin === undefined ? Reason.jsonResource : spans.read(range);
    if (reason !== "" || origin === undefined) {
      outcome.reject(reason);
      return;
    }
    view.origin = origin;
    outcome.accepted++;
    sink(view);
  });
  return outcome;
}

import { SpanView } from "#features/telemetry/server/index.ts";
import { walkProtobufExport } from "./protobuf-export.ts";
import { guessSignal } from "./protobuf-signal.ts";
import { ProtobufSpanReader } from "./protobuf-span.ts";
import { OutcomeCounter, type ReadOutcome, type SpanSink } from "./read-outcome.ts";
import { Reason } from "./rejection-reasons.ts";
import { latestTimeNs } from "./span-rules.ts";
import { WireCursor } from "./wire-cursor.ts";

/**
 * Reads an ExportTraceServiceRequest (opentelemetry-proto, collector/trace/v1) straight from its bytes and
 * hands every span to `sink`. A span that is broken or against the rules is passed over by its length and
 * counted, its neighbours are kept.
 * @param nowMs our clock in milliseconds since 1970, to refuse absurd times
 * @throws FlightdeckError `malformed_otlp` (400) when the body is no such message and nothing was accepted
 */
export function readProtobufTraces(body: Buffer, nowMs: number, sink: SpanSink): ReadOutcome {
  const cursor = new WireCursor(body);
  const outcome = new OutcomeCounter();
  const view = new SpanView();
  const spans = new ProtobufSpanReader(cursor, view, latestTimeNs(nowMs));
  walkProtobufExport(cursor, outcome, "ExportTraceServiceRequest", (end, origin) => {
    if (origin === undefined) {
      outcome.reject(Reason.resource);
      return;
    }
    const start = cursor.pos;
    const reason = spans.read(end);
    if (reason === "") {
      view.origin = origin;
      outcome.accepted++;
      sink(view);
    } else outcome.reject(guessSignal(body, start, end) || reason);
  });
  return outcome;
}

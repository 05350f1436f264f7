import { LogView } from "../logs/log-view.ts";
import { walkJsonExport } from "./json-export.ts";
import { JsonLogReader } from "./json-log.ts";
import type { LogSink } from "./log-rules.ts";
import { walkProtobufExport } from "./protobuf-export.ts";
import { ProtobufLogReader } from "./protobuf-log.ts";
import { guessMisplaced } from "./protobuf-signal.ts";
import { OutcomeCounter, type ReadOutcome } from "./read-outcome.ts";
import { Reason } from "./rejection-reasons.ts";
import { latestTimeNs } from "./span-rules.ts";
import { WireCursor } from "./wire-cursor.ts";

/**
 * Reads an ExportLogsServiceRequest from its bytes and hands every log record to `sink`; one that is broken costs no
 * other.
 * @param nowMs our clock in milliseconds since 1970, to refuse absurd times
 * @throws FlightdeckError `malformed_otlp` (400) when the body is no such message and nothing was accepted
 */
export function readProtobufLogs(body: Buffer, nowMs: number, sink: LogSink): ReadOutcome {
  const cursor = new WireCursor(body);
  const outcome = new OutcomeCounter();
  const view = new LogView();
  const logs = new ProtobufLogReader(cursor, view, latestTimeNs(nowMs));
  walkProtobufExport(cursor, outcome, "ExportLogsServiceRequest", (end, origin) => {
    const start = cursor.pos;
    if (origin === undefined) {
      outcome.reject(Reason.resource);
      return;
    }
    const reason = logs.read(end);
    if (reason !== "") {
      outcome.reject(guessMisplaced(body, start, end, "log") || reason);
      return;
    }
    view.origin = origin;
    outcome.accepted++;
    sink(view);
  });
  return outcome;
}

/** The same for OTLP/JSON. */
export function readJsonLogs(body: Buffer, nowMs: number, sink: LogSink): ReadOutcome {
  const outcome = new OutcomeCounter();
  const view = new LogView();
  const logs = new JsonLogReader(body, view, latestTimeNs(nowMs));
  walkJsonExport(body, outcome, "logs", (range, origin) => {
    const reason = origin === undefined ? Reason.jsonResource : logs.read(range);
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

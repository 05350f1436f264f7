import { setTimeout as sleep } from "node:timers/promises";
import { OtlpSender } from "../../../bench/lib/otlp-sender.ts";
import { SpanTemplate } from "../../../bench/lib/span-template.ts";

/** What all clients of a run know together. */
export interface SentSpans {
  /** Keys (trace id and span id) of spans whose request was answered 200. */
  acknowledged: Set<string>;
  /** Keys of spans that were sent and whose request was never answered 200. */
  unanswered: Set<string>;
  /** Requests that were sent again because the last attempt failed or was refused. */
  retries: number;
  /** Acknowledged requests that were sent again on purpose. */
  repeats: number;
  /** Answers that no healthy server gives, whatever is killed. */
  surprises: string[];
}

interface Request {
  body: Buffer;
  keys: string[];
}

/** Statuses that OTLP/HTTP clients retry: https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes */
const RETRYABLE = new Set([429, 502, 503, 504]);
const RETRY_PAUSE_MS = 100;
/** Acknowledged requests kept for sending again. */
const KEPT_REQUESTS = 30;
const REPEAT_SHARE = 0.15;
const TWIN_SHARE = 0.05;

/**
 * Sends fresh spans until `signal` aborts, each batch again and again until it is acknowledged, as OTLP
 * exporters do. Some acknowledged batches are sent once more, some batches twice at the same moment.
 */
export async function runCrashClient(
  url: string,
  random: () => number,
  sent: SentSpans,
  signal: AbortSignal,
): Promise<void> {
  const sender = new OtlpSender(url);
  const twin = new OtlpSender(url);
  const templates = [10, 50, 200].map((spans) => new SpanTemplate(spans, Math.floor(random() * 1e9)));
  const kept: Request[] = [];
  try {
    while (!signal.aborted) {
      await sleep(random() * 60);
      const again = kept.length > 0 && random() < REPEAT_SHARE;
      const request = again
        ? kept[Math.floor(random() * kept.length)]!
        : freshRequest(templates[Math.floor(random() * templates.length)]!);
      if (again) sent.repeats++;
      else for (const key of request.keys) sent.unanswered.add(key);
      const attempts = [sendUntilAcknowledged(sender, request, sent, signal)];
      if (random() < TWIN_SHARE) attempts.push(sendUntilAcknowledged(twin, request, sent, signal));
      const acknowledged = await Promise.all(attempts);
      if (!acknowledged.includes(true)) continue;
      for (const key of request.keys) {
        sent.unanswered.delete(key);
        sent.acknowledged.add(key);
      }
      if (!again) kept.push(request);
      if (kept.length > KEPT_REQUESTS) kept.shift();
    }
  } finally {
    sender.close();
    twin.close();
  }
}

function freshRequest(template: SpanTemplate): Request {
  return { body: Buffer.from(template.refresh(Date.now())), keys: template.keys() };
}

/** True when the request was answered 200; false when the run ended first. */
async function sendUntilAcknowledged(
  sender: OtlpSender,
  request: Request,
  sent: SentSpans,
  signal: AbortSignal,
): Promise<boolean> {
  for (let attempt = 0; !signal.aborted; attempt++) {
    if (attempt > 0) sent.retries++;
    const answer = await sender.send(request.body, false).catch(() => undefined);
    if (answer?.status === 200) {
      if (answer.body.length > 0) sent.surprises.push("200 with rejected spans");
      return true;
    }
    if (answer && !RETRYABLE.has(answer.status))
      sent.surprises.push(`${answer.status}: ${answer.body.toString("latin1").slice(0, 200)}`);
    await sleep(RETRY_PAUSE_MS);
  }
  return false;
}

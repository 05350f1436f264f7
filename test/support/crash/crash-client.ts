import { setTimeout as sleep } from "node:timers/promises";
import type { CrashRequest, CrashStream } from "./crash-requests.ts";
import type { Answer, CrashSender } from "./crash-sender.ts";
import type { SentItems } from "./sent-items.ts";

/** Statuses that clients retry: https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes */
const RETRYABLE = new Set([429, 502, 503, 504]);
const RETRY_PAUSE_MS = 100;
/** Acknowledged requests kept for sending again. */
const KEPT_REQUESTS = 30;
const REPEAT_SHARE = 0.15;
const TWIN_SHARE = 0.05;

/** Where and how a client sends; `twin` is a second connection, for sending the same twice at once. */
export interface CrashClient {
  stream: CrashStream;
  sender: CrashSender;
  twin: CrashSender;
}

/**
 * Sends fresh items until `signal` aborts, each batch again and again until it is acknowledged, as exporters
 * do. Some acknowledged batches are sent once more, some batches twice at the same moment.
 */
export async function runCrashClient(
  client: CrashClient,
  random: () => number,
  sent: SentItems,
  signal: AbortSignal,
): Promise<void> {
  const { stream, sender, twin } = client;
  const kept: CrashRequest[] = [];
  try {
    while (!signal.aborted) {
      await sleep(random() * 60);
      const again = kept.length > 0 && random() < REPEAT_SHARE;
      const request = again ? kept[Math.floor(random() * kept.length)]! : stream.fresh();
      if (again) sent.repeats++;
      else sent.sending(stream.signal, request.keys);
      const attempts = [sendUntilAcknowledged(sender, request, sent, signal)];
      if (random() < TWIN_SHARE) attempts.push(sendUntilAcknowledged(twin, request, sent, signal));
      const acknowledged = await Promise.all(attempts);
      if (!acknowledged.includes(true)) continue;
      sent.acknowledge(stream.signal, request.keys);
      if (!again) kept.push(request);
      if (kept.length > KEPT_REQUESTS) kept.shift();
    }
  } finally {
    sender.close();
    twin.close();
  }
}

/** True when the request was answered 2xx; false when the run ended first. */
async function sendUntilAcknowledged(
  sender: CrashSender,
  request: CrashRequest,
  sent: SentItems,
  signal: AbortSignal,
): Promise<boolean> {
  for (let attempt = 0; !signal.aborted; attempt++) {
    if (attempt > 0) sent.retries++;
    const answer = await sender.send(request).catch(() => undefined);
    if (answer && answer.status >= 200 && answer.status < 300) {
      if (hasRejected(answer))
        sent.surprises.push(`${request.path}: 2xx with rejected items: ${textOf(answer)}`);
      return true;
    }
    if (answer && !RETRYABLE.has(answer.status))
      sent.surprises.push(`${request.path}: ${answer.status}: ${textOf(answer)}`);
    await sleep(RETRY_PAUSE_MS);
  }
  return false;
}

/** OTLP answers nothing, or `{}`, when everything was accepted; batches of the API count. */
function hasRejected({ body }: Answer): boolean {
  if (body.length === 0) return false;
  const text = body.toString("utf8");
  if (!text.startsWith("{")) return true;
  const { partialSuccess, rejected } = JSON.parse(text) as { partialSuccess?: unknown; rejected?: number };
  return partialSuccess !== undefined || (rejected ?? 0) > 0;
}

function textOf({ body }: Answer): string {
  return body.toString("latin1").slice(0, 200);
}

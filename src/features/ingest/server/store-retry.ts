import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import type { Logger } from "#platform/observability/logger.ts";
import { GroupRefusedError } from "./group-commit.ts";

/** How long and how often a failed write is tried again, in milliseconds; senders wait no longer than this. */
export interface RetryLimits {
  forMs: number;
  pauseMs: number;
}

const DEFAULT_RETRY: RetryLimits = { forMs: 20_000, pauseMs: 250 };

/**
 * Repeats work on the store while the store is away, as when it restarts. Work must be harmless to repeat after an
 * unknown outcome, as an insert with a token is. Throws `store_unavailable` (503) when the store does not come back
 * in time, and `GroupRefusedError` when it is there but does not take the work.
 * @param items what is told to be lost, in the words of a sentence: "log records"
 */
export async function retryWhileAway<R>(
  work: () => Promise<R>,
  {
    items,
    logger,
    retry = DEFAULT_RETRY,
  }: { items: string; logger: Logger; retry?: RetryLimits | undefined },
): Promise<R> {
  const deadline = Date.now() + retry.forMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (isPassing(error) && Date.now() <= deadline) {
        await new Promise((resolve) => setTimeout(resolve, retry.pauseMs));
        continue;
      }
      logger.error({ err: error }, `${items} could not be stored`);
      throw isPassing(error) ? storeIsAway(error) : new GroupRefusedError(storeRefuses(items, error));
    }
  }
}

const storeIsAway = (cause: unknown) =>
  new FlightdeckError(
    "The telemetry store does not answer. Nothing of this request was acknowledged; send it again.",
    { code: "store_unavailable", status: 503, retryAfterSeconds: 5, cause },
  );

/** Also 503: a full disk is refused like a broken row, and senders drop what is answered otherwise. */
const storeRefuses = (items: string, cause: unknown) =>
  new FlightdeckError(
    `The telemetry store did not take these ${items}; the server's log says why. Nothing of this request was acknowledged.`,
    { code: "store_refused", status: 503, retryAfterSeconds: 30, cause },
  );

/** Whether an error may pass by itself: the connection broke, or the store said it was busy or out of memory. */
function isPassing(error: unknown): boolean {
  const { code } = error as { code?: string };
  // ClickHouse's own errors carry a number: 202 too many queries, 241 memory limit, 252 too many parts.
  return code === undefined || !/^\d+$/.test(code) || ["202", "241", "252"].includes(code);
}

import type { FastifyReply } from "fastify";

/** Aborts when the caller hangs up before the answer is complete, so that the store stops working for nobody. */
export function abortSignalOf(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once("close", () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  return controller.signal;
}

import type { FastifyRequest } from "fastify";

/** Aborts when the caller hangs up before the answer is sent, so that the store stops working for nobody. */
export function abortSignalOf(request: FastifyRequest): AbortSignal {
  const controller = new AbortController();
  request.raw.socket.once("close", () => controller.abort());
  return controller.signal;
}

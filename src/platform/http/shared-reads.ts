import type {
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  RouteHandlerMethod,
  RouteOptions,
} from "fastify";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /**
     * Callers that ask the same of the same project at the same time share one answer. For reads that answer by
     * returning a value which depends on the project and the URL alone, not on who asks.
     */
    shared?: boolean;
  }
}

/** Someone who waits for a read. */
interface Waiting {
  read: () => Promise<unknown>;
  /** Whether the caller is still there. */
  isWanted: () => boolean;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}

/**
 * Runs the reads of one key one after the other, and answers everyone who came during a run by the next one. So nobody
 * gets an answer that is older than the question, and a page that a hundred people look at costs what it costs for two.
 */
export class SharedReads {
  /** Who waits for the run after the one under way; an entry for each key that has one under way. */
  private readonly waiting = new Map<string, Waiting[]>();

  /** What `read` gives, or what that of another caller with the same key gives which begins after this call. */
  run<T>(key: string, read: () => Promise<T>, isWanted: () => boolean = () => true): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const caller: Waiting = { read, isWanted, resolve: resolve as (value: unknown) => void, reject };
      const waiting = this.waiting.get(key);
      if (waiting) waiting.push(caller);
      else void this.answer(key, [caller]);
    });
  }

  private async answer(key: string, first: readonly Waiting[]): Promise<void> {
    let callers = first;
    while (callers.length > 0) {
      const later: Waiting[] = [];
      this.waiting.set(key, later);
      const [leader] = callers;
      try {
        const value = await leader!.read();
        for (const caller of callers) caller.resolve(value);
      } catch (error) {
        leader!.reject(error);
        // Who read for the others hung up; that is no answer for them.
        if (hasGone(error)) later.unshift(...callers.slice(1));
        else for (const caller of callers) caller.reject(error);
      }
      callers = later.filter((caller) => caller.isWanted() || dismiss(caller));
    }
    this.waiting.delete(key);
  }
}

const hasGone = (error: unknown) => error instanceof FlightdeckError && error.code === "caller_has_gone";

/** Nobody reads this answer; it ends what waits for one. */
function dismiss(caller: Waiting): false {
  caller.reject(
    new FlightdeckError("The caller hung up before the answer was ready.", {
      code: "caller_has_gone",
      status: 499,
    }),
  );
  return false;
}

/** Makes routes with `config.shared` share their answers. Must come before the routes. */
export function registerSharedReads(app: FastifyInstance): void {
  const reads = new SharedReads();
  const sharing = new WeakSet<RouteHandlerMethod>();
  app.addHook("onRoute", (route: RouteOptions) => {
    const { handler } = route;
    // The route that answers HEAD comes with the handler of its GET.
    if (!route.config?.shared || sharing.has(handler)) return;
    route.handler = function (request: FastifyRequest, reply: FastifyReply) {
      // Without a project the answer may depend on who asks.
      if (!request.project) throw new Error(`${route.url} shares answers, but belongs to no project.`);
      return reads.run(
        `${request.project.id} ${request.url}`,
        async () => handler.call(this, request, reply),
        () => !reply.raw.destroyed,
      );
    };
    sharing.add(route.handler);
  });
}

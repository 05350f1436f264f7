import type { ApiAnswer, ApiCall } from "./api-client.ts";
import { SpanTemplate } from "./span-template.ts";

/** One kind of request among those that are mixed. */
export interface MixedRoute {
  kind: "read" | "write";
  /** As the report names it. */
  route: string;
  /** How many of a thousand requests of its kind it is. */
  weight: number;
  make(): ApiCall;
  /** Called with the answer to what `make` made last before it. */
  answered?(call: ApiCall, answer: ApiAnswer): void;
}

/** What exists in the store before the mix begins. */
export interface KnownThings {
  traceIds: readonly string[];
  /** Names of agents that send heartbeats and events. */
  agents: readonly string[];
}

export const SPANS_PER_REQUEST = 10;
export const EVENTS_PER_BATCH = 20;
/** Metric and host of the samples that are written before the mix begins. */
export const METRIC = "bench_cpu_usage";

/**
 * What pages ask and agents send, in thousandths of reads and of writes. A read is what a page asks when it opens with
 * its default range of 24 hours.
 */
export function apiMix(known: KnownThings): MixedRoute[] {
  let turn = 0;
  const next = <T>(list: readonly T[]): T => list[turn++ % list.length]!;
  const read = (weight: number, route: string, path: () => string = () => `/api/v1${route}`): MixedRoute => ({
    kind: "read",
    route: `GET ${route}`,
    weight,
    make: () => ({ method: "GET", path: path() }),
  });
  const write = (weight: number, route: string, make: () => ApiCall): MixedRoute => ({
    kind: "write",
    route,
    weight,
    make,
  });
  const event = () => ({
    type: "response",
    content: "Your order arrives on Tuesday.",
    response_time_ms: 400 + (turn % 900),
    token_count: 61,
    model_used: "gpt-4o-mini",
    user_id: `user-${turn % 500}`,
    session_id: `session-${turn % 2000}`,
  });
  const template = new SpanTemplate(SPANS_PER_REQUEST, 7);
  const running: string[] = [];
  let runs = 0;
  const run = `bench-${Date.now().toString(36)}`;
  const startRun = (): ApiCall => ({
    method: "POST",
    path: "/api/v1/executions",
    body: JSON.stringify({ id: `${run}-${runs++}`, agent: next(known.agents), input: { ticket: turn } }),
  });

  return [
    read(150, "/traces"),
    read(150, "/traces/{id}", () => `/api/v1/traces/${next(known.traceIds)}?exclude=attributes`),
    read(150, "/dashboard/overview"),
    read(130, "/agents"),
    read(100, "/executions"),
    read(70, "/analytics/facets", () => "/api/v1/analytics/facets?limit=12"),
    read(70, "/analytics/series", () => "/api/v1/analytics/series?measure=duration_p95_ms&group_by=model"),
    read(50, "/sessions"),
    read(70, "/logs"),
    read(60, "/metric-query", () => `/api/v1/metric-query?metric=${METRIC}`),
    write(430, "POST /agents/{id}/heartbeat", () => ({
      method: "POST",
      path: `/api/v1/agents/${next(known.agents)}/heartbeat`,
      body: JSON.stringify({ status: "running", version: "2.4.1", host: "worker-7" }),
    })),
    write(215, "POST /agents/{id}/events, one", () => ({
      method: "POST",
      path: `/api/v1/agents/${next(known.agents)}/events`,
      body: JSON.stringify(event()),
    })),
    write(70, `POST /agents/{id}/events, ${EVENTS_PER_BATCH}`, () => ({
      method: "POST",
      path: `/api/v1/agents/${next(known.agents)}/events`,
      body: JSON.stringify(Array.from({ length: EVENTS_PER_BATCH }, event)),
    })),
    {
      ...write(85, "POST /executions", startRun),
      answered(call, answer) {
        if (answer.status === 201) running.push((JSON.parse(String(call.body)) as { id: string }).id);
      },
    },
    write(85, "PATCH /executions/{id}", () => {
      const id = running.shift();
      // Before the first run is under way there is none to finish.
      if (id === undefined) return startRun();
      return {
        method: "PATCH",
        path: `/api/v1/executions/${id}`,
        body: JSON.stringify({ status: "succeeded", output: { queue: "billing" }, total_tokens: 1505 }),
      };
    }),
    write(115, `POST /v1/traces, ${SPANS_PER_REQUEST} spans`, () => ({
      method: "POST",
      path: "/v1/traces",
      body: Buffer.from(template.refresh(Date.now())),
      contentType: "application/x-protobuf",
    })),
  ];
}

/** Picks routes by their weights; a read with the probability `readShare`. `random` gives numbers from 0 to 1. */
export function picker(
  routes: readonly MixedRoute[],
  readShare: number,
  random: () => number,
): () => MixedRoute {
  const ofKind = { read: routes.filter(isRead), write: routes.filter((route) => !isRead(route)) };
  return () => {
    const list = ofKind[random() < readShare ? "read" : "write"];
    let at = random() * list.reduce((sum, { weight }) => sum + weight, 0);
    for (const route of list) {
      at -= route.weight;
      if (at < 0) return route;
    }
    return list.at(-1)!;
  };
}

const isRead = ({ kind }: MixedRoute) => kind === "read";

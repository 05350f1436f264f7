import { uuidv7 } from "uuidv7";
import { z } from "zod";
import {
  decodeBody,
  holdingMemory,
  type IngestService,
  registerTelemetryScope,
} from "#features/ingest/server/index.ts";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import { projectOf } from "#platform/http/access.ts";
import { problemSchema, projectQuerySchema } from "#platform/http/http-contract.ts";
import { toProblem } from "#platform/http/problem.ts";
import type { HttpServer } from "#platform/http/server.ts";
import {
  EVENT_INPUT_EXAMPLE,
  type EventsAnswer,
  eventsAnswerSchema,
  MAX_EVENTS,
} from "../../agent-event-contract.ts";
import type { AgentRegistry } from "../agent-registry.ts";
import type { AgentRow } from "../agent-row.ts";
import { ERROR_WINDOW_MS } from "../agent-status.ts";
import { EventBatch } from "./event-batch.ts";
import { readEvent } from "./event-input.ts";
import type { EventWriter } from "./event-writer.ts";

/** Rejected events that are told one by one; the rest is counted. */
const MAX_TOLD_ERRORS = 1000;
/** Parsed JSON takes about so many bytes for each of its text. */
const PARSED_RATIO = 4;

const paramsSchema = z.object({ id: z.string().min(1).max(200) });

/** How the body stands in the OpenAPI document; each event is validated by itself. */
const BODY = {
  required: true,
  description: `One event, a list of them, or {"events": […]}; at most ${MAX_EVENTS}. May be compressed (Content-Encoding).`,
  content: {
    "application/json": {
      schema: { anyOf: [{ type: "object" }, { type: "array", items: { type: "object" } }] },
      example: [EVENT_INPUT_EXAMPLE],
    },
  },
};

/** `POST /agents/{id}/events`, in telemetry's scope: bounded memory, back-pressure, and errors per item. */
export async function registerEventIntake(
  server: HttpServer,
  parts: { ingest: IngestService; registry: AgentRegistry; writer: EventWriter },
): Promise<void> {
  const sendProblem: Parameters<typeof registerTelemetryScope>[2] = (error, request, reply) =>
    reply.type("application/problem+json").send(JSON.stringify(toProblem(error, request.id)));
  await registerTelemetryScope(server, parts.ingest, sendProblem, (app) => {
    app.post(
      "/api/v1/agents/:id/events",
      {
        config: { access: "telemetry:write", rateLimit: false, openapi: { requestBody: BODY } },
        schema: {
          tags: ["agents"],
          summary: "Report interactions of an agent, one or many",
          description:
            "Answers 2xx only when every accepted event is durable. An event whose id was taken before changes nothing, so a " +
            "request may be sent again. An agent that is not known yet appears under the name in the path.",
          params: paramsSchema,
          querystring: projectQuerySchema,
          response: {
            200: eventsAnswerSchema,
            404: problemSchema,
            413: problemSchema,
            429: problemSchema.describe(
              "Too much telemetry waits to be stored; try again after Retry-After seconds.",
            ),
            503: problemSchema.describe("The telemetry store is away; try again after Retry-After seconds."),
          },
        },
      },
      async (request, reply) => {
        const { id } = paramsSchema.parse(request.params);
        const answer = await holdingMemory(request, async (body, memory) => {
          const maxBytes = parts.ingest.maxBodyBytes;
          const text = await decodeBody(body, request.headers["content-encoding"], maxBytes);
          memory.growTo(body.length + PARSED_RATIO * text.length);
          const items = readItems(text);
          const agent = await parts.registry.appear(projectOf(request).id, id, "event");
          return storeItems(parts, agent, items, text.length);
        });
        return reply.send(answer);
      },
    );
  });
}

/** The events of a body. Throws `malformed_json`, `too_many_events` (400). */
function readItems(text: Buffer): unknown[] {
  const parsed = parseJson(text);
  const wrapped = (parsed as { events?: unknown } | null)?.events;
  const items = Array.isArray(parsed) ? parsed : Array.isArray(wrapped) ? wrapped : [parsed];
  if (items.length > MAX_EVENTS) {
    throw new FlightdeckError(
      `The request holds ${items.length} events, and at most ${MAX_EVENTS} are taken at once. Send them in parts.`,
      { code: "too_many_events", status: 400 },
    );
  }
  return items;
}

function parseJson(text: Buffer): unknown {
  try {
    return JSON.parse(text.toString("utf8"));
  } catch (cause) {
    throw new FlightdeckError("The body is not valid JSON.", { code: "malformed_json", status: 400, cause });
  }
}

async function storeItems(
  { registry, writer }: { registry: AgentRegistry; writer: EventWriter },
  agent: AgentRow,
  items: readonly unknown[],
  sizeHint: number,
): Promise<EventsAnswer> {
  const nowMs = Date.now();
  const batch = new EventBatch(agent.project_id, agent.id, nowMs, sizeHint);
  const errors: EventsAnswer["errors"] = [];
  let rejected = 0;
  let newestMs = 0;
  let outcomes = 0;
  let failures = 0;
  for (const [index, item] of items.entries()) {
    const read = readEvent(item, nowMs);
    if ("refusal" in read) {
      rejected++;
      if (errors.length < MAX_TOLD_ERRORS) errors.push({ index, ...read.refusal });
      continue;
    }
    const { event } = read;
    batch.add(event, uuidv7);
    newestMs = Math.max(newestMs, Math.min(event.timeMs, nowMs));
    // What is told of long ago says nothing about how the agent is now.
    if (event.timeMs < nowMs - ERROR_WINDOW_MS) continue;
    if (event.type === "error") failures++;
    if (event.type === "error" || event.type === "response") outcomes++;
  }
  if (batch.size > 0) {
    await writer.submit(batch);
    registry.noteWork(agent.id, newestMs, outcomes, failures);
  }
  const accepted = batch.size;
  // Not after a failure: a write that was given up may still be reading the rows.
  batch.release();
  const { action, reason } = registry.directiveOf(agent);
  return { accepted, rejected, errors, agent_id: agent.id, directive: action, reason };
}

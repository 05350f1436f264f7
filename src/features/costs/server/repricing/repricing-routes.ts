import { z } from "zod";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import { abortSignalOf } from "#platform/http/abort-signal.ts";
import { principalOf, projectOf } from "#platform/http/access.ts";
import { decodeCursor, encodeCursor } from "#platform/http/cursor.ts";
import { pageQuerySchema, problemSchema, projectQuerySchema } from "#platform/http/http-contract.ts";
import type { HttpServer } from "#platform/http/server.ts";
import { parseTime } from "#platform/http/time-input.ts";
import type { JobRunner } from "#platform/jobs/job-runner.ts";
import {
  type RepricingInput,
  repricingInputSchema,
  repricingListSchema,
  repricingPreviewSchema,
  repricingRunSchema,
} from "../../repricing-contract.ts";
import { REPRICING_JOB, type RepricingParts } from "./repricing-job.ts";
import { findChanges, type PriceChange, sumChanges } from "./repricing-query.ts";
import { monthsOf, type RepricingRange } from "./repricing-range.ts";
import type { RunRow } from "./repricing-store.ts";

const cursorSchema = z.object({ id: z.uuid() });
const byId = z.object({ id: z.uuid() });
/** Nothing older is kept in detail, and a run over more could hardly be told from a mistake. */
const MAX_MONTHS = 36;

const present = (row: RunRow) => ({
  id: row.id,
  from: row.from_time.toISOString(),
  to: row.to_time.toISOString(),
  provider: row.provider,
  model: row.model,
  state: row.state,
  months_total: row.months_total,
  months_done: row.months_done,
  spans_changed: Number(row.spans_changed),
  usd_before: row.usd_before,
  usd_after: row.usd_after,
  error: row.error,
  created_at: row.created_at.toISOString(),
  started_at: row.started_at?.toISOString() ?? null,
  finished_at: row.finished_at?.toISOString() ?? null,
});

/** Pricing stored spans again: what it would change, starting it, watching it, cancelling it. */
export function registerRepricingRoutes(app: HttpServer, parts: RepricingParts, jobs: JobRunner): void {
  const { store } = parts;

  app.post(
    "/api/v1/repricing/preview",
    {
      config: { access: "costs:read" },
      schema: {
        tags: ["costs"],
        summary: "What pricing stored spans again would change; nothing is changed",
        querystring: projectQuerySchema,
        body: repricingInputSchema,
        response: { 200: repricingPreviewSchema },
      },
    },
    async (request, reply) => {
      const range = rangeOf(projectOf(request).id, request.body);
      const signal = abortSignalOf(reply);
      const changes: PriceChange[] = [];
      for (const slice of monthsOf(range.fromMs, range.toMs)) {
        const found = await findChanges(parts.telemetry, parts.book, range, slice, signal);
        changes.push(...found.flatMap((one) => one.changes));
      }
      const data = sumChanges(changes);
      const sum = (of: "spans_changed" | "usd_before" | "usd_after") =>
        data.reduce((total, one) => total + one[of], 0);
      return {
        spans_changed: sum("spans_changed"),
        usd_before: sum("usd_before"),
        usd_after: sum("usd_after"),
        data,
      };
    },
  );

  app.get(
    "/api/v1/repricing",
    {
      config: { access: "costs:read" },
      schema: {
        tags: ["costs"],
        summary: "List runs that priced stored spans again, newest first",
        querystring: projectQuerySchema.extend(pageQuerySchema.shape),
        response: { 200: repricingListSchema },
      },
    },
    async (request) => {
      const { limit, cursor } = request.query;
      const after = cursor === undefined ? undefined : decodeCursor(cursor, cursorSchema);
      const rows = await store.list(projectOf(request).id, limit + 1, after?.id);
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return {
        data: page.map(present),
        next_cursor: rows.length > limit && last ? encodeCursor({ id: last.id }) : null,
      };
    },
  );

  app.post(
    "/api/v1/repricing",
    {
      config: { access: "prices:write" },
      schema: {
        tags: ["costs"],
        summary: "Price stored spans again by the prices in force, in the background",
        querystring: projectQuerySchema,
        body: repricingInputSchema,
        response: { 202: repricingRunSchema, 409: problemSchema },
      },
    },
    async (request, reply) => {
      const range = rangeOf(projectOf(request).id, request.body);
      if (await store.unfinished(range.projectId)) {
        throw new FlightdeckError(
          "Spans of this project are being priced again already. Wait, or cancel that.",
          {
            code: "repricing_under_way",
            status: 409,
          },
        );
      }
      const principal = principalOf(request);
      const months = monthsOf(range.fromMs, range.toMs).length;
      const run = await store.create(range, months, principal.kind === "user" ? principal.id : null);
      await jobs.send(REPRICING_JOB, { runId: run.id }, { key: run.id });
      return reply.code(202).send(present((await store.findRun(run.id)) ?? run));
    },
  );

  app.get(
    "/api/v1/repricing/:id",
    {
      config: { access: "costs:read" },
      schema: {
        tags: ["costs"],
        summary: "One run with how far it is",
        params: byId,
        querystring: projectQuerySchema,
        response: { 200: repricingRunSchema, 404: problemSchema },
      },
    },
    async (request) => {
      const row = await store.find(projectOf(request).id, request.params.id);
      if (!row) throw notFound();
      return present(row);
    },
  );

  app.post(
    "/api/v1/repricing/:id/cancel",
    {
      config: { access: "prices:write" },
      schema: {
        tags: ["costs"],
        summary: "Cancel a run; months it has done keep their new prices",
        params: byId,
        querystring: projectQuerySchema,
        response: { 200: repricingRunSchema, 404: problemSchema, 409: problemSchema },
      },
    },
    async (request) => {
      const projectId = projectOf(request).id;
      if (!(await store.find(projectId, request.params.id))) throw notFound();
      if (!(await store.move(request.params.id, "cancelled"))) {
        throw new FlightdeckError("This run is over already.", { code: "repricing_over", status: 409 });
      }
      const row = await store.find(projectId, request.params.id);
      if (!row) throw notFound();
      return present(row);
    },
  );
}

function rangeOf(projectId: string, body: RepricingInput): RepricingRange {
  const fromMs = parseTime(body.from, "from");
  const toMs = parseTime(body.to, "to");
  if (fromMs >= toMs) {
    throw new FlightdeckError("from must be before to.", { code: "invalid_time", status: 400 });
  }
  if (monthsOf(fromMs, toMs).length > MAX_MONTHS) {
    throw new FlightdeckError(`The range is too long: at most ${MAX_MONTHS} months at a time.`, {
      code: "range_too_long",
      status: 400,
    });
  }
  return { projectId, fromMs, toMs, provider: body.provider, model: body.model };
}

const notFound = () =>
  new FlightdeckError("There is no such run in this project.", { code: "repricing_not_found", status: 404 });

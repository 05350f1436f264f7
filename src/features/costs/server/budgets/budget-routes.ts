import { z } from "zod";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import { principalOf, projectOf } from "#platform/http/access.ts";
import { decodeCursor, encodeCursor } from "#platform/http/cursor.ts";
import { pageQuerySchema, problemSchema, projectQuerySchema } from "#platform/http/http-contract.ts";
import type { HttpServer } from "#platform/http/server.ts";
import {
  type Budget,
  budgetInputSchema,
  budgetListSchema,
  budgetPatchSchema,
  budgetSchema,
  clearedViolationSchema,
  type Violation,
  violationListSchema,
  violationQuerySchema,
} from "../../budget-contract.ts";
import { standing } from "./budget-decision.ts";
import { periodAt } from "./budget-period.ts";
import type { BudgetStore, WatchedBudget } from "./budget-store.ts";
import type { BudgetWatch } from "./budget-watch.ts";
import type { KeyPausing } from "./key-pausing.ts";
import type { StopList } from "./stop-list.ts";
import type { ViolationRow, ViolationStore } from "./violation-store.ts";

/** What the budget routes work with. */
export interface BudgetRouteParts {
  budgets: BudgetStore;
  violations: ViolationStore;
  stops: StopList;
  pausing: KeyPausing;
  watch: BudgetWatch;
}

const cursorSchema = z.object({ id: z.uuid() });
const byId = z.object({ id: z.uuid() });

const budgetNotFound = () =>
  new FlightdeckError("There is no such budget in this project.", { code: "budget_not_found", status: 404 });

/** Budgets with where they stand, and who broke them. */
export function registerBudgetRoutes(app: HttpServer, parts: BudgetRouteParts): void {
  const { budgets, violations } = parts;

  app.get(
    "/api/v1/budgets",
    {
      config: { access: "costs:read" },
      schema: {
        tags: ["costs"],
        summary: "List a project's budgets with where they stand, newest first",
        querystring: projectQuerySchema.extend(pageQuerySchema.shape),
        response: { 200: budgetListSchema },
      },
    },
    async (request) => {
      const { limit, cursor } = request.query;
      const after = cursor === undefined ? undefined : decodeCursor(cursor, cursorSchema);
      const rows = await budgets.list(projectOf(request).id, limit + 1, after?.id);
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      const nowMs = Date.now();
      return {
        data: page.map((row) => presentBudget(row, nowMs)),
        next_cursor: rows.length > limit && last ? encodeCursor({ id: last.id }) : null,
      };
    },
  );

  app.post(
    "/api/v1/budgets",
    {
      config: { access: "budgets:write" },
      schema: {
        tags: ["costs"],
        summary: "Set a budget for the project, an agent, a user or an API key",
        querystring: projectQuerySchema,
        body: budgetInputSchema,
        response: { 201: budgetSchema },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const createdBy = principal.kind === "user" ? principal.id : null;
      const row = await budgets.create(projectOf(request).id, request.body, createdBy);
      parts.watch.hurry();
      return reply.code(201).send(presentBudget({ ...row, state: null }, Date.now()));
    },
  );

  app.get(
    "/api/v1/budgets/violations",
    {
      config: { access: "costs:read" },
      schema: {
        tags: ["costs"],
        summary: "List agents that were over budget or in a loop, newest first",
        querystring: projectQuerySchema.extend(violationQuerySchema.shape),
        response: { 200: violationListSchema },
      },
    },
    async (request) => {
      const { limit, cursor, active, agent } = request.query;
      const after = cursor === undefined ? undefined : decodeCursor(cursor, cursorSchema);
      const now = new Date();
      const filter = { agent, active: active === undefined ? undefined : active === "true" };
      const rows = await violations.list(projectOf(request).id, filter, now, limit + 1, after?.id);
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return {
        data: page.map((row) => presentViolation(row, now)),
        next_cursor: rows.length > limit && last ? encodeCursor({ id: last.id }) : null,
      };
    },
  );

  app.post(
    "/api/v1/budgets/violations/:id/clear",
    {
      config: { access: "budgets:write" },
      schema: {
        tags: ["costs"],
        summary: "Let an agent go on that was told to stop, and the keys that were paused with it",
        params: byId,
        querystring: projectQuerySchema,
        response: { 200: clearedViolationSchema, 404: problemSchema },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      const by = principal.kind === "user" ? principal.id : null;
      const row = await violations.clear(projectOf(request).id, request.params.id, by);
      if (!row) {
        throw new FlightdeckError("There is no such violation, or it was cleared already.", {
          code: "violation_not_found",
          status: 404,
        });
      }
      await parts.pausing.resumeFor([row.id]);
      await parts.stops.refresh();
      return presentViolation(row, new Date());
    },
  );

  app.get(
    "/api/v1/budgets/:id",
    {
      config: { access: "costs:read" },
      schema: {
        tags: ["costs"],
        summary: "One budget with where it stands",
        params: byId,
        querystring: projectQuerySchema,
        response: { 200: budgetSchema, 404: problemSchema },
      },
    },
    async (request) => {
      const row = await budgets.find(projectOf(request).id, request.params.id);
      if (!row) throw budgetNotFound();
      return presentBudget(row, Date.now());
    },
  );

  app.patch(
    "/api/v1/budgets/:id",
    {
      config: { access: "budgets:write" },
      schema: {
        tags: ["costs"],
        summary: "Change a budget's limit, thresholds or mode; agents are judged anew within seconds",
        params: byId,
        querystring: projectQuerySchema,
        body: budgetPatchSchema,
        response: { 200: budgetSchema, 404: problemSchema },
      },
    },
    async (request) => {
      const projectId = projectOf(request).id;
      const { id } = request.params;
      const current = await budgets.find(projectId, id);
      if (!current) throw budgetNotFound();
      if (current.scope === "user" && request.body.mode === "hard") {
        throw new FlightdeckError("An agent cannot be stopped for one user alone: budgets of users notify.", {
          code: "hard_mode_not_possible",
          status: 400,
        });
      }
      await budgets.update(projectId, id, request.body);
      if (request.body.enabled === false) await letGo(parts, id);
      parts.watch.hurry();
      const row = await budgets.find(projectId, id);
      if (!row) throw budgetNotFound();
      return presentBudget(row, Date.now());
    },
  );

  app.delete(
    "/api/v1/budgets/:id",
    {
      config: { access: "budgets:write" },
      schema: {
        tags: ["costs"],
        summary: "Remove a budget; agents it stopped go on",
        params: byId,
        querystring: projectQuerySchema,
        response: { 204: z.null(), 404: problemSchema },
      },
    },
    async (request, reply) => {
      const projectId = projectOf(request).id;
      const current = await budgets.find(projectId, request.params.id);
      if (!current) throw budgetNotFound();
      await letGo(parts, current.id);
      await budgets.remove(projectId, current.id);
      await parts.stops.refresh();
      return reply.code(204).send(null);
    },
  );
}

/** Ends what a budget stopped and paused. */
async function letGo({ violations, pausing, stops }: BudgetRouteParts, budgetId: string): Promise<void> {
  await pausing.resumeFor(await violations.clearBudget(budgetId));
  await stops.refresh();
}

function presentBudget(row: WatchedBudget, nowMs: number): Budget {
  const bounds = periodAt(row.period, nowMs);
  // What was found in an earlier period says nothing of this one.
  const state = row.state?.period_start.getTime() === bounds.startMs ? row.state : null;
  const spent = state?.spent ?? 0;
  const burn = state?.burn_per_hour ?? 0;
  return {
    id: row.id,
    name: row.name,
    scope: row.scope,
    subject: row.subject,
    measure: row.measure,
    limit: row.limit_amount,
    period: row.period,
    thresholds: row.thresholds,
    mode: row.mode,
    pause_keys: row.pause_keys,
    enabled: row.enabled,
    period_start: new Date(bounds.startMs).toISOString(),
    period_end: new Date(bounds.endMs).toISOString(),
    spent,
    burn_per_hour: burn,
    ...standing(spent, row.limit_amount, burn, bounds, nowMs),
    checked_at: state?.checked_at.toISOString() ?? null,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}

function presentViolation(row: ViolationRow, now: Date): Violation {
  return {
    id: row.id,
    kind: row.kind,
    budget_id: row.budget_id,
    agent: row.agent,
    stops: row.stops,
    active: row.cleared_at === null && row.ends_at > now,
    detail: row.detail,
    trace_id: row.trace_id,
    amount: row.amount,
    limit: row.limit_amount,
    created_at: row.created_at.toISOString(),
    ends_at: row.ends_at.toISOString(),
    cleared_at: row.cleared_at?.toISOString() ?? null,
  };
}

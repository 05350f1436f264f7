import { z } from "zod";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import type { EventBus } from "#platform/events/event-bus.ts";
import { abortSignalOf } from "#platform/http/abort-signal.ts";
import { principalOf, projectOf } from "#platform/http/access.ts";
import { decodeCursor, encodeCursor } from "#platform/http/cursor.ts";
import { pageQuerySchema, problemSchema, projectQuerySchema } from "#platform/http/http-contract.ts";
import type { HttpServer } from "#platform/http/server.ts";
import { parseTime, parseTimeRange } from "#platform/http/time-input.ts";
import {
  costSettingsPatchSchema,
  costSettingsSchema,
  type PriceOverrideInput,
  type PriceOverridePatch,
  priceListQuerySchema,
  priceListSchema,
  priceOverrideInputSchema,
  priceOverrideListSchema,
  priceOverridePatchSchema,
  priceOverrideSchema,
  quoteInputSchema,
  quoteSchema,
  unknownPricesQuerySchema,
  unknownPricesSchema,
} from "../../price-contract.ts";
import type { PriceBook } from "./price-book.ts";
import { effectivePrices, searchPrices } from "./price-list.ts";
import { overrideVersion } from "./price-override.ts";
import { quote } from "./price-quote.ts";
import { asOverride, type OverrideFields, type OverrideRow, type PriceStore } from "./price-store.ts";
import type { ProjectPriceKeeper } from "./project-prices.ts";
import { readUnknownPrices } from "./unknown-prices-query.ts";

/** What the price routes work with. */
export interface PriceRouteParts {
  store: PriceStore;
  keeper: ProjectPriceKeeper;
  book: PriceBook;
  telemetry: TelemetryStore;
  events: EventBus;
}

const idCursorSchema = z.object({ id: z.uuid() });
const offsetCursorSchema = z.object({ offset: z.number().int().min(0) });
const byId = z.object({ id: z.uuid() });

const presentOverride = (row: OverrideRow) => ({
  id: row.id,
  provider: row.provider,
  model: row.model,
  service_tier: row.service_tier,
  rates: row.rates,
  tiers: row.tiers,
  tier_factors: row.tier_factors,
  valid_from: row.valid_from?.toISOString() ?? null,
  valid_to: row.valid_to?.toISOString() ?? null,
  note: row.note,
  version: overrideVersion(asOverride(row, "")),
  created_at: row.created_at.toISOString(),
  updated_at: row.updated_at.toISOString(),
});

const notFound = () =>
  new FlightdeckError("There is no such price override in this project.", {
    code: "price_override_not_found",
    status: 404,
  });

/** Prices in force, a project's own prices, and how it prices. */
export function registerPriceRoutes(app: HttpServer, parts: PriceRouteParts): void {
  const { store, keeper, book } = parts;
  const changed = async (projectId: string) => {
    await keeper.refresh();
    parts.events.emit("prices_changed", { projectId });
  };

  app.get(
    "/api/v1/prices",
    {
      config: { access: "costs:read" },
      schema: {
        tags: ["costs"],
        summary: "List the prices in force, a project's own first",
        querystring: projectQuerySchema.extend(priceListQuerySchema.shape),
        response: { 200: priceListSchema },
      },
    },
    async (request) => {
      const { limit, cursor, at, search, provider } = request.query;
      const atMs = at === undefined ? Date.now() : parseTime(at, "at");
      const offset = cursor === undefined ? 0 : decodeCursor(cursor, offsetCursorSchema).offset;
      const prices = searchPrices(effectivePrices(book, projectOf(request).id, atMs), { search, provider });
      const next = offset + limit;
      return {
        data: prices.slice(offset, next),
        next_cursor: next < prices.length ? encodeCursor({ offset: next }) : null,
      };
    },
  );

  app.post(
    "/api/v1/prices/quote",
    {
      config: { access: "costs:read" },
      schema: {
        tags: ["costs"],
        summary: "Price one call from its token counts or from the provider's answer; nothing is stored",
        querystring: projectQuerySchema,
        body: quoteInputSchema,
        response: { 200: quoteSchema },
      },
    },
    async (request) => {
      const { at } = request.body;
      return quote(
        book,
        projectOf(request).id,
        request.body,
        at === undefined ? Date.now() : parseTime(at, "at"),
      );
    },
  );

  app.get(
    "/api/v1/prices/unknown",
    {
      config: { access: "costs:read" },
      schema: {
        tags: ["costs"],
        summary: "List models whose tokens no price is known for",
        querystring: projectQuerySchema.extend(unknownPricesQuerySchema.shape),
        response: { 200: unknownPricesSchema },
      },
    },
    async (request, reply) => {
      const range = parseTimeRange(request.query, Date.now());
      const data = await readUnknownPrices(
        parts.telemetry,
        projectOf(request).id,
        { ...range, limit: request.query.limit },
        abortSignalOf(reply),
      );
      return { data };
    },
  );

  app.get(
    "/api/v1/price-overrides",
    {
      config: { access: "costs:read" },
      schema: {
        tags: ["costs"],
        summary: "List a project's own prices, newest first",
        querystring: projectQuerySchema.extend(pageQuerySchema.shape),
        response: { 200: priceOverrideListSchema },
      },
    },
    async (request) => {
      const { limit, cursor } = request.query;
      const after = cursor === undefined ? undefined : decodeCursor(cursor, idCursorSchema);
      const rows = await store.list(projectOf(request).id, limit + 1, after?.id);
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return {
        data: page.map(presentOverride),
        next_cursor: rows.length > limit && last ? encodeCursor({ id: last.id }) : null,
      };
    },
  );

  app.post(
    "/api/v1/price-overrides",
    {
      config: { access: "prices:write" },
      schema: {
        tags: ["costs"],
        summary: "Set a price of the project's own; spans that arrive from now on are priced by it",
        querystring: projectQuerySchema,
        body: priceOverrideInputSchema,
        response: { 201: priceOverrideSchema },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const projectId = projectOf(request).id;
      const createdBy = principal.kind === "user" ? principal.id : null;
      const row = await store.create(projectId, fieldsOf(request.body), createdBy);
      await changed(projectId);
      return reply.code(201).send(presentOverride(row));
    },
  );

  app.get(
    "/api/v1/price-overrides/:id",
    {
      config: { access: "costs:read" },
      schema: {
        tags: ["costs"],
        summary: "One of a project's own prices",
        params: byId,
        querystring: projectQuerySchema,
        response: { 200: priceOverrideSchema, 404: problemSchema },
      },
    },
    async (request) => {
      const row = await store.find(projectOf(request).id, request.params.id);
      if (!row) throw notFound();
      return presentOverride(row);
    },
  );

  app.patch(
    "/api/v1/price-overrides/:id",
    {
      config: { access: "prices:write" },
      schema: {
        tags: ["costs"],
        summary: "Change one of a project's own prices; spans stored already keep theirs until priced again",
        params: byId,
        querystring: projectQuerySchema,
        body: priceOverridePatchSchema,
        response: { 200: priceOverrideSchema, 404: problemSchema },
      },
    },
    async (request) => {
      const projectId = projectOf(request).id;
      const current = await store.find(projectId, request.params.id);
      const row = current && (await store.update(projectId, current.id, patched(current, request.body)));
      if (!row) throw notFound();
      await changed(projectId);
      return presentOverride(row);
    },
  );

  app.delete(
    "/api/v1/price-overrides/:id",
    {
      config: { access: "prices:write" },
      schema: {
        tags: ["costs"],
        summary: "Remove one of a project's own prices; spans stored already keep theirs until priced again",
        params: byId,
        querystring: projectQuerySchema,
        response: { 204: z.null(), 404: problemSchema },
      },
    },
    async (request, reply) => {
      const projectId = projectOf(request).id;
      if (!(await store.remove(projectId, request.params.id))) throw notFound();
      await changed(projectId);
      return reply.code(204).send(null);
    },
  );

  app.get(
    "/api/v1/cost-settings",
    {
      config: { access: "costs:read" },
      schema: {
        tags: ["costs"],
        summary: "How a project prices its spans and what it takes for a loop",
        querystring: projectQuerySchema,
        response: { 200: costSettingsSchema },
      },
    },
    (request) => store.settings(projectOf(request).id),
  );

  app.patch(
    "/api/v1/cost-settings",
    {
      config: { access: "prices:write" },
      schema: {
        tags: ["costs"],
        summary: "Change how a project prices its spans and what it takes for a loop",
        querystring: projectQuerySchema,
        body: costSettingsPatchSchema,
        response: { 200: costSettingsSchema },
      },
    },
    async (request) => {
      const projectId = projectOf(request).id;
      const settings = await store.changeSettings(projectId, request.body);
      await changed(projectId);
      return settings;
    },
  );
}

/** A body's fields as they are stored. Throws `invalid_validity` (400) when the time between the dates is empty. */
function fieldsOf(body: PriceOverrideInput): OverrideFields {
  const valid_from = body.valid_from === null ? null : new Date(parseTime(body.valid_from, "valid_from"));
  const valid_to = body.valid_to === null ? null : new Date(parseTime(body.valid_to, "valid_to"));
  if (valid_from && valid_to && valid_from >= valid_to) {
    throw new FlightdeckError("valid_from must be before valid_to.", {
      code: "invalid_validity",
      status: 400,
    });
  }
  return { ...body, valid_from, valid_to };
}

function patched(current: OverrideRow, patch: PriceOverridePatch): OverrideFields {
  const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
  return fieldsOf({
    provider: current.provider,
    model: current.model,
    service_tier: current.service_tier,
    rates: current.rates,
    tiers: current.tiers,
    tier_factors: current.tier_factors,
    valid_from: current.valid_from?.toISOString() ?? null,
    valid_to: current.valid_to?.toISOString() ?? null,
    note: current.note,
    ...given,
  });
}

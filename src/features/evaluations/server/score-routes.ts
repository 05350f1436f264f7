import type { IngestService } from "#features/ingest/server/index.ts";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import { abortSignalOf } from "#platform/http/abort-signal.ts";
import { projectOf } from "#platform/http/access.ts";
import { decodeCursor, encodeCursor } from "#platform/http/cursor.ts";
import { problemSchema, projectQuerySchema } from "#platform/http/http-contract.ts";
import type { HttpServer } from "#platform/http/server.ts";
import { parseTimeRange } from "#platform/http/time-input.ts";
import {
  scoreListQuerySchema,
  scoreListSchema,
  scoresAcceptedSchema,
  scoresInputSchema,
} from "../score-contract.ts";
import { readScore } from "./score-input.ts";
import { listScores, presentScore, scoreCursorSchema } from "./score-list-query.ts";

/** Reading and saying scores. */
export function registerScoreRoutes(
  app: HttpServer,
  store: TelemetryStore,
  ingest: Pick<IngestService, "storeScores">,
): void {
  app.get(
    "/api/v1/scores",
    {
      config: { access: "scores:read" },
      schema: {
        tags: ["evaluations"],
        summary: "List scores, newest first",
        querystring: scoreListQuerySchema,
        response: { 200: scoreListSchema, 400: problemSchema },
      },
    },
    async (request, reply) => {
      const { limit, cursor, from, to, ...filter } = request.query;
      const isAboutOne = filter.trace_id ?? filter.span_id ?? filter.session_id;
      // The scores of one trace or session are few, whenever they were said.
      const isUnbounded = isAboutOne !== undefined && from === undefined && to === undefined;
      const rows = await listScores(store, projectOf(request).id, {
        filter,
        range: isUnbounded ? undefined : parseTimeRange({ from, to }, Date.now()),
        after: cursor === undefined ? undefined : decodeCursor(cursor, scoreCursorSchema),
        limit: limit + 1,
        signal: abortSignalOf(reply),
      });
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return {
        data: page.map(presentScore),
        next_cursor:
          rows.length > limit && last ? encodeCursor({ time_ns: last.time_ns, id: last.id }) : null,
      };
    },
  );

  app.post(
    "/api/v1/scores",
    {
      config: { access: "telemetry:write" },
      schema: {
        tags: ["evaluations"],
        summary: "Say one score or many",
        description:
          "Takes one score, or a list as `scores`. Items are checked one by one: `errors` tells which were refused " +
          "and why. A score with the id of an earlier one takes its place. Answers only when all accepted are durable.",
        querystring: projectQuerySchema,
        body: scoresInputSchema,
        response: { 200: scoresAcceptedSchema, 400: problemSchema, 503: problemSchema },
      },
    },
    async (request) => {
      const items = Array.isArray(request.body.scores) ? request.body.scores : [request.body];
      const read = items.map((item) => readScore(item, Date.now()));
      const scores = read.flatMap((one) => ("score" in one ? [one.score] : []));
      const errors = read.flatMap((one, index) => ("score" in one ? [] : [{ index, ...one }]));
      if (scores.length === 0) {
        throw new FlightdeckError(`No score was taken. ${errors[0]?.detail ?? ""}`.trim(), {
          code: "invalid_score",
          status: 400,
          errors: errors.slice(0, 100).map(({ index, ...error }) => ({ path: `scores.${index}`, ...error })),
        });
      }
      await ingest.storeScores(projectOf(request).id, scores);
      const ids = read.map((one) => ("score" in one ? one.score.id : null));
      return { accepted: scores.length, rejected: errors.length, ids, errors };
    },
  );
}

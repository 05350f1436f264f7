import { STATUS_CODES } from "node:http";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import { isConnectionError } from "#platform/errors/connection-error.ts";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import type { Problem } from "./http-contract.ts";

/** Codes and sentences for what Fastify itself refuses, by its error code. */
const FASTIFY_ERRORS: Record<string, { code: string; status: number; detail: string }> = {
  FST_ERR_CTP_BODY_TOO_LARGE: {
    code: "body_too_large",
    status: 413,
    detail: "The request body is larger than this endpoint takes. Send it in smaller parts.",
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    code: "unsupported_media_type",
    status: 415,
    detail: "This endpoint does not read that Content-Type. Send application/json.",
  },
  FST_ERR_CTP_INVALID_JSON_BODY: {
    code: "malformed_json",
    status: 400,
    detail: "The body is not valid JSON.",
  },
  FST_ERR_CTP_EMPTY_JSON_BODY: {
    code: "malformed_json",
    status: 400,
    detail: "The body is empty although its Content-Type is application/json.",
  },
  FST_ERR_BAD_URL: {
    code: "malformed_request",
    status: 400,
    detail: "The path is not a valid URL: a percent sign must be followed by two hexadecimal digits.",
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    code: "malformed_request",
    status: 400,
    detail: "The body is not as long as Content-Length says.",
  },
};

/** Turns anything thrown into an error a person can act on; what we did not foresee tells nothing of our inside. */
export function toFlightdeckError(error: unknown): FlightdeckError {
  if (error instanceof FlightdeckError) return error;
  if (hasZodFastifySchemaValidationErrors(error)) {
    const errors = error.validation.map((issue) => ({
      path: issue.instancePath.replace(/^\//, "").replaceAll("/", ".") || (error.validationContext ?? ""),
      code: issue.keyword,
      detail: issue.message ?? "is not valid",
    }));
    return new FlightdeckError(
      `The request is not valid: ${errors.map((e) => `${e.path}: ${e.detail}`).join("; ")}.`,
      { code: "invalid_request", status: 400, errors, cause: error },
    );
  }
  const { code, statusCode, message } = error as Partial<FastifyError>;
  const known = code ? FASTIFY_ERRORS[code] : undefined;
  if (known) return new FlightdeckError(known.detail, { ...known, cause: error });
  if (error instanceof SyntaxError && statusCode === 400) {
    return new FlightdeckError(`The body is not valid JSON: ${message}.`, {
      code: "malformed_json",
      status: 400,
      cause: error,
    });
  }
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new FlightdeckError(`${message ?? "The request was refused"}.`.replace(/\.\.$/, "."), {
      code: "malformed_request",
      status: statusCode,
      cause: error,
    });
  }
  if (isConnectionError(error)) {
    return new FlightdeckError("A database does not answer at the moment. Send this request again shortly.", {
      code: "store_unavailable",
      status: 503,
      retryAfterSeconds: 1,
      cause: error,
    });
  }
  return new FlightdeckError("Something went wrong on our side. Quote the request id when you report it.", {
    code: "internal_error",
    status: 500,
    cause: error,
  });
}

/** The problem+json document of an error. */
export function toProblem(error: FlightdeckError, requestId: string): Problem {
  return {
    type: "about:blank",
    title: STATUS_CODES[error.status] ?? "Error",
    status: error.status,
    detail: error.message,
    code: error.code,
    request_id: requestId,
    ...(error.errors ? { errors: [...error.errors] } : {}),
  };
}

/** The one exit for errors: logs what we must look at, answers problem+json. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = toFlightdeckError(error);
  if (problem.status >= 500)
    request.log.error({ err: problem.cause ?? problem, code: problem.code }, "request failed");
  if (problem.retryAfterSeconds !== undefined) reply.header("retry-after", String(problem.retryAfterSeconds));
  // A request that Fastify refuses before any hook has not got its id yet.
  reply.header("x-request-id", request.id);
  return reply.code(problem.status).type("application/problem+json").send(toProblem(problem, request.id));
}

/** Answers a path that nothing is at. */
export function sendNotFound(
  request: FastifyRequest,
  reply: FastifyReply,
  detail = `There is nothing at ${request.method} ${request.url.split("?", 1)[0]!.slice(0, 200)}. The API is described at /api/docs.`,
): FastifyReply {
  return sendProblem(new FlightdeckError(detail, { code: "not_found", status: 404 }), request, reply);
}

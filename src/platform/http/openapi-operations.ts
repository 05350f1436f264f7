import { STATUS_CODES } from "node:http";
import type { SwaggerTransform, SwaggerTransformObject } from "@fastify/swagger";
import { jsonSchemaTransform } from "fastify-type-provider-zod";
import { z } from "zod";
import { type Problem, problemSchema } from "./http-contract.ts";

/** What of an operation is not said by its zod schemas. */
export interface OperationExtras {
  /** Stands for a body that is not validated by a schema. */
  requestBody?: unknown;
}

declare module "fastify" {
  interface FastifyContextConfig {
    openapi?: OperationExtras;
  }
}

interface Media {
  schema?: { title?: string; $ref?: string };
  example?: unknown;
}
interface Operation {
  parameters?: { in: string }[];
  requestBody?: unknown;
  responses: Record<string, { description: string; content?: Record<string, Media> }>;
  security?: unknown[];
}

/** Where a route's extras wait in its schema, from `describeRoute` to `completeDocument`. */
const EXTRAS = "x-extras";
const PROBLEM_REF = "#/components/schemas/Problem";

/** Answers that routes give by what all of them share, and do not list themselves. */
const SHARED_PROBLEMS: Record<number, Pick<Problem, "code" | "detail">> = {
  400: {
    code: "invalid_request",
    detail: "The request is not valid: limit: Too big: expected number to be <=500.",
  },
  401: {
    code: "not_authenticated",
    detail: "Sign in, or send an API key as Authorization: Bearer or X-API-Key.",
  },
  403: { code: "permission_denied", detail: "This API key may not do that: it lacks traces:read." },
  429: { code: "rate_limited", detail: "Too many requests: 6000 in 1 minute are allowed. Try again later." },
};

/** A route as JSON Schema; public routes need no credentials. */
export const describeRoute: SwaggerTransform = (route) => {
  const described = jsonSchemaTransform(route as never) as ReturnType<typeof jsonSchemaTransform>;
  const config = route.route.config ?? {};
  const schema = { ...(described.schema as object) } as Record<string, unknown>;
  if (config.access === "public") schema.security = [];
  if (config.openapi) schema[EXTRAS] = config.openapi;
  return { ...described, schema } as never;
};

/** Adds to every operation what all routes have in common: the problems they answer with, in their media type. */
export const completeDocument: SwaggerTransformObject = (document) => {
  if (!("openapiObject" in document)) throw new Error("The document must be OpenAPI 3.");
  const { openapiObject } = document;
  for (const path of Object.values(openapiObject.paths ?? {})) {
    for (const operation of Object.values(path as Record<string, Operation>)) completeOperation(operation);
  }
  const problem = { ...z.toJSONSchema(problemSchema), $schema: undefined };
  return {
    ...openapiObject,
    components: { ...openapiObject.components, schemas: { Problem: problem } },
  } as never;
};

function completeOperation(operation: Operation): void {
  const bag = operation as unknown as Record<string, unknown>;
  const extras = bag[EXTRAS] as OperationExtras | undefined;
  delete bag[EXTRAS];
  if (extras?.requestBody) operation.requestBody = extras.requestBody;
  const isPublic = operation.security?.length === 0;
  const takesInput = operation.requestBody !== undefined || (operation.parameters ?? []).length > 0;
  const shared = [...(takesInput ? [400] : []), ...(isPublic ? [] : [401, 403, 429])];
  for (const status of shared) operation.responses[status] ??= { description: "", content: {} };
  for (const [status, response] of Object.entries(operation.responses)) {
    if (response.description === "" || response.description === "Default Response") {
      response.description = STATUS_CODES[status] ?? "Answer";
    }
    const media = Object.values(response.content ?? {})[0];
    const isProblem = Number(status) >= 400 && (!media || media.schema?.title === "Problem");
    if (isProblem) response.content = { "application/problem+json": problemMedia(Number(status)) };
  }
}

function problemMedia(status: number): Media {
  const shared = SHARED_PROBLEMS[status];
  if (!shared) return { schema: { $ref: PROBLEM_REF } };
  const example: Problem = {
    type: "about:blank",
    title: STATUS_CODES[status] ?? "Error",
    status,
    ...shared,
    request_id: "019a9c5e-8f2b-7c3d-9e4f-5a6b7c8d9e0f",
  };
  return { schema: { $ref: PROBLEM_REF }, example };
}

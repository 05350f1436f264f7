import { z } from "zod";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import { nearestName } from "./nearest-name.ts";

/** One environment variable: how it is read and what its documentation says. */
interface EnvVariable<T extends z.ZodType = z.ZodType> {
  schema: T;
  /** One or two sentences for people; rendered into docs/configuration.md. */
  description: string;
  /** Shown as the default in the documentation; the schema applies it. */
  defaultText: string;
  group: "Server" | "Storage" | "First start" | "Ingest" | "Logging";
  secret?: boolean;
}

const variable = <T extends z.ZodType>(definition: EnvVariable<T>) => definition;
const port = (defaultPort: number) => z.coerce.number().int().min(0).max(65_535).default(defaultPort);
const flag = z
  .enum(["true", "false", "1", "0", "yes", "no"])
  .transform((text) => text === "true" || text === "1" || text === "yes");

/** Every variable Flightdeck reads. A name that is not here is not read; `FLIGHTDECK_…` names that are not here are warned about. */
export const ENV_VARIABLES = {
  FLIGHTDECK_PORT: variable({
    schema: port(8000),
    defaultText: "8000",
    group: "Server",
    description: "Port of the web UI, the API and OTLP/HTTP.",
  }),
  FLIGHTDECK_HOST: variable({
    schema: z.string().min(1).default("127.0.0.1"),
    defaultText: "127.0.0.1",
    group: "Server",
    description: "Address to listen on. Set 0.0.0.0 to accept connections from other machines.",
  }),
  FLIGHTDECK_PUBLIC_URL: variable({
    schema: z.url({ protocol: /^https?$/ }).optional(),
    defaultText: "http://<host>:<port>",
    group: "Server",
    description:
      "Address under which browsers and agents reach Flightdeck, for links and snippets. An https address makes cookies Secure and switches HSTS on.",
  }),
  FLIGHTDECK_OTLP_PORT: variable({
    schema: port(4318),
    defaultText: "4318",
    group: "Ingest",
    description:
      "Second port for OTLP/HTTP, the one OpenTelemetry exporters use unless told otherwise; 0 is off.",
  }),
  FLIGHTDECK_OTLP_GRPC_PORT: variable({
    schema: port(4317),
    defaultText: "4317",
    group: "Ingest",
    description: "Port for OTLP/gRPC; 0 is off.",
  }),
  FLIGHTDECK_OTLP_MAX_BODY_MIB: variable({
    schema: z.coerce.number().int().min(1).max(512).default(64),
    defaultText: "64",
    group: "Ingest",
    description:
      "Largest telemetry request in MiB, counted after decompression; larger ones are answered 413.",
  }),
  FLIGHTDECK_INGEST_BUFFER_MIB: variable({
    schema: z.coerce.number().int().min(8).max(16_384).default(256),
    defaultText: "256",
    group: "Ingest",
    description:
      "Memory for telemetry that has arrived and is not durable yet. When it is full, requests are answered 429 with Retry-After.",
  }),
  FLIGHTDECK_TRUST_PROXY: variable({
    schema: flag.default(false),
    defaultText: "false",
    group: "Server",
    description:
      "Take the client's address from X-Forwarded-For; set it only behind a reverse proxy of your own.",
  }),
  FLIGHTDECK_DATA: variable({
    schema: z.string().min(1).default("./data"),
    defaultText: "./data",
    group: "Storage",
    description: "Folder for everything Flightdeck keeps: both databases, generated secrets, backups.",
  }),
  DATABASE_URL: variable({
    schema: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
    defaultText: "embedded PostgreSQL",
    group: "Storage",
    secret: true,
    description:
      "PostgreSQL 16 or newer to use instead of the embedded one: postgres://user:password@host/database.",
  }),
  CLICKHOUSE_URL: variable({
    schema: z.url({ protocol: /^https?$/ }).optional(),
    defaultText: "embedded ClickHouse",
    group: "Storage",
    secret: true,
    description: "ClickHouse to use instead of the embedded one: http://user:password@host:8123/database.",
  }),
  FLIGHTDECK_CLICKHOUSE_MEMORY_MIB: variable({
    schema: z.coerce.number().int().min(256).default(1536),
    defaultText: "1536",
    group: "Storage",
    description: "Memory limit of the embedded ClickHouse in MiB.",
  }),
  FLIGHTDECK_INIT_ADMIN_EMAIL: variable({
    schema: z.email().optional(),
    defaultText: "admin@localhost.local, set with the one-time link",
    group: "First start",
    description: "E-mail of the administrator to create at the first start without anyone present.",
  }),
  FLIGHTDECK_INIT_ADMIN_PASSWORD: variable({
    schema: z.string().min(12, "needs at least 12 characters").optional(),
    defaultText: "a one-time link is printed instead",
    group: "First start",
    secret: true,
    description: "That administrator's password, at least 12 characters.",
  }),
  FLIGHTDECK_INIT_API_KEY: variable({
    schema: z
      .string()
      .regex(/^[\x21-\x7e]{16,200}$/, "needs 16 to 200 printable characters")
      .optional(),
    defaultText: "a random key",
    group: "First start",
    secret: true,
    description:
      "Ingest key of the default project, so that agents can be configured before the first start.",
  }),
  FLIGHTDECK_LOG_LEVEL: variable({
    schema: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
    defaultText: "info",
    group: "Logging",
    description: "Least severe level that is logged.",
  }),
  FLIGHTDECK_LOG_FORMAT: variable({
    schema: z.enum(["pretty", "json"]).optional(),
    defaultText: "pretty on a terminal, else json",
    group: "Logging",
    description: "`json` writes one object a line, for log collectors.",
  }),
} as const satisfies Record<string, EnvVariable>;

/** The variables as read, typed; what is unset has its default or is undefined. */
export type Env = { [K in keyof typeof ENV_VARIABLES]: z.output<(typeof ENV_VARIABLES)[K]["schema"]> };

/** An `FLIGHTDECK_…` variable nobody reads, most likely misspelt. */
export interface UnknownVariable {
  name: string;
  nearest: string | undefined;
}

/**
 * Reads and validates the environment. An empty variable counts as unset, as container tools set them so.
 * Throws `invalid_configuration` naming every wrong variable at once.
 */
export function readEnv(source: Record<string, string | undefined>): {
  env: Env;
  unknown: UnknownVariable[];
} {
  const env: Record<string, unknown> = {};
  const errors: { path: string; code: string; detail: string }[] = [];
  for (const [name, { schema }] of Object.entries(ENV_VARIABLES)) {
    const result = schema.safeParse(source[name] === "" ? undefined : source[name]);
    if (result.success) env[name] = result.data;
    else
      errors.push({
        path: name,
        code: "invalid",
        detail: result.error.issues.map((i) => i.message).join("; "),
      });
  }
  if (errors.length > 0) {
    throw new FlightdeckError(
      `The configuration is not valid: ${errors.map((e) => `${e.path}: ${e.detail}`).join(". ")}.`,
      { code: "invalid_configuration", errors },
    );
  }
  const known = Object.keys(ENV_VARIABLES);
  const unknown = Object.keys(source)
    .filter(
      (name) =>
        name.startsWith("FLIGHTDECK_") && !known.includes(name) && !name.startsWith("FLIGHTDECK_TEST_"),
    )
    .map((name) => ({ name, nearest: nearestName(name, known) }));
  return { env: env as Env, unknown };
}

import { randomUUID } from "node:crypto";
import { EngineError } from "./engine-error.ts";

/** One request of ClickHouse's HTTP interface, taken apart. */
export interface QueryRequest {
  queryId: string;
  /** Statement from the URL; data or the rest of the statement are in the body. */
  query: string | undefined;
  database: string | undefined;
  defaultFormat: string | undefined;
  /** Values of `param_*`, still in ClickHouse's escaped text form. */
  params: Map<string, string>;
  /** Every other URL argument: a setting for this query alone. */
  settings: Map<string, string>;
  /** `enable_http_compression=1`. */
  compress: boolean;
}

/** URL arguments of the HTTP interface that are no settings, or that mean nothing here. */
const NOT_SETTINGS = new Set([
  "query",
  "database",
  "default_format",
  "query_id",
  "user",
  "password",
  "quota_key",
  "stacktrace",
  "buffer_size",
  "wait_end_of_query",
  "enable_http_compression",
  "http_zlib_compression_level",
  "send_progress_in_http_headers",
  "http_headers_progress_interval_ms",
  "cancel_http_readonly_queries_on_client_close",
  "client_protocol_version",
]);
const NAME = /^[A-Za-z_][A-Za-z0-9_.]*$/;

/** Reads URL arguments. Throws an EngineError for what the embedded engine cannot do. */
export function readQueryRequest(args: URLSearchParams): QueryRequest {
  const request: QueryRequest = {
    queryId: args.get("query_id") || randomUUID(),
    query: args.get("query") ?? undefined,
    database: args.get("database") || undefined,
    defaultFormat: args.get("default_format") || undefined,
    params: new Map(),
    settings: new Map(),
    compress: args.get("enable_http_compression") === "1",
  };
  if (request.defaultFormat && !/^\w+$/.test(request.defaultFormat)) {
    throw new EngineError(73, `Unknown format ${request.defaultFormat}`, "UNKNOWN_FORMAT");
  }
  for (const [name, value] of args) {
    if (NOT_SETTINGS.has(name)) continue;
    if (!NAME.test(name)) throw new EngineError(115, `Unknown setting '${name}'.`, "UNKNOWN_SETTING");
    if (name.startsWith("param_")) request.params.set(name.slice("param_".length), value);
    else if (
      ["session_id", "session_timeout", "session_check", "role", "compress", "decompress"].includes(name)
    ) {
      throw new EngineError(48, `The embedded engine does not support '${name}'.`, "NOT_IMPLEMENTED");
    } else request.settings.set(name, value);
  }
  return request;
}

/** A value as a ClickHouse string literal. */
export function sqlString(value: string): string {
  return `'${value.replace(/[\\']/g, "\\$&").replaceAll("\0", "\\0")}'`;
}

/**
 * Statements that prepare a connection for one request: its database, settings and parameters, and the
 * query id as `log_comment`, because chdb gives queries an id of its own and KILL must find them.
 */
export function sessionPrelude(request: QueryRequest, defaults: Record<string, string> = {}): string {
  const database = request.database ? `USE \`${request.database.replace(/[\\`]/g, "\\$&")}\`; ` : "";
  const changes = [`log_comment=${sqlString(request.queryId)}`];
  for (const [name, value] of [...Object.entries(defaults), ...request.settings])
    changes.push(`${name}=${sqlString(value)}`);
  for (const [name, value] of request.params) changes.push(`param_${name}=${sqlString(value)}`);
  return `${database}SET ${changes.join(", ")}; `;
}

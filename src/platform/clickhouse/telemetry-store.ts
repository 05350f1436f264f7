import { pipeline, type Readable } from "node:stream";
import {
  type ClickHouseClient,
  ClickHouseLogLevel,
  type ClickHouseSettings,
  createClient,
} from "@clickhouse/client";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import { InsertConnection } from "./insert-connection.ts";
import { RowsUntilException } from "./rows-until-exception.ts";

/** Limits of one query; every read has them, so that no page can take the store down. */
export interface QueryLimits {
  /** Seconds after which the store gives up. */
  maxSeconds?: number;
  maxMemoryBytes?: number;
}

/** What a query may bind: values never become SQL text. */
export type QueryParams = Record<string, unknown>;

/**
 * The telemetry store. Reads take their project once, here, and bind it as `{project_id:UUID}`; a query
 * that does not use it is refused, so no feature can forget the tenant's filter.
 */
export interface TelemetryStore {
  /** Rows of a project as JSON objects. Aborting cancels the query in the store. */
  queryProject<Row>(
    projectId: string,
    sql: string,
    params?: QueryParams,
    options?: QueryLimits & { signal?: AbortSignal; settings?: Record<string, string | number> },
  ): Promise<Row[]>;
  /** Rows over all projects, for the store's own housekeeping; never for what a user asked. */
  queryAll<Row>(sql: string, params?: QueryParams): Promise<Row[]>;
  /** Runs a statement without a result. */
  command(sql: string, params?: QueryParams): Promise<void>;
  /** Runs a statement within one project, such as an insert of what a query finds; it must use `{project_id:UUID}`. */
  commandProject(
    projectId: string,
    sql: string,
    params?: QueryParams,
    options?: QueryLimits & { signal?: AbortSignal; settings?: Record<string, string | number> },
  ): Promise<void>;
  /**
   * Rows of a project as bytes in one of ClickHouse's formats, as they are made: memory stays the same however
   * many there are. The stream fails when the query does; destroying it, or aborting, cancels the query.
   */
  streamProject(
    projectId: string,
    sql: string,
    format: StreamFormat,
    params?: QueryParams,
    options?: QueryLimits & { signal?: AbortSignal; settings?: Record<string, string | number> },
  ): Promise<Readable>;
  /** Inserts rows already encoded as RowBinary, durable when it returns; `token` makes a repeat harmless. */
  insertRowBinary(
    table: string,
    columns: readonly string[],
    chunks: readonly Buffer[],
    token: string,
  ): Promise<void>;
  /** Inserts blocks in the Native format (`native/`), which is cheapest for the store; as `insertRowBinary` else. */
  insertNative(
    table: string,
    columns: readonly string[],
    blocks: readonly Buffer[],
    token: string,
    settings?: Record<string, string>,
  ): Promise<void>;
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** Formats that `streamProject` writes. */
export type StreamFormat = "CSVWithNames" | "JSONEachRow" | "Parquet";

/** Default limits of a read: what a page may wait for, and a share of a small machine's memory. */
const DEFAULT_MAX_SECONDS = 30;
const DEFAULT_MAX_MEMORY_BYTES = 768 * 1024 * 1024;

/** Connects to ClickHouse over HTTP; `url` may carry credentials and a database in its path. */
export function connectClickHouse(url: string): TelemetryStore {
  return new ClickHouseTelemetryStore(
    createClient({
      url,
      application: "flightdeck",
      request_timeout: 120_000,
      // Errors reach the caller, who logs them once with what they mean.
      log: { level: ClickHouseLogLevel.OFF },
      max_open_connections: 32,
      // Long lists of ids do not fit into a URL.
      use_multipart_params_auto: true,
      clickhouse_settings: { output_format_json_quote_64bit_integers: 0, date_time_output_format: "iso" },
    }),
    new InsertConnection(url),
  );
}

class ClickHouseTelemetryStore implements TelemetryStore {
  private readonly client: ClickHouseClient;
  private readonly inserts: InsertConnection;

  constructor(client: ClickHouseClient, inserts: InsertConnection) {
    this.client = client;
    this.inserts = inserts;
  }

  async queryProject<Row>(
    projectId: string,
    sql: string,
    params: QueryParams = {},
    options: QueryLimits & { signal?: AbortSignal; settings?: Record<string, string | number> } = {},
  ): Promise<Row[]> {
    requireProjectFilter(sql);
    return this.run<Row>(sql, { ...params, project_id: projectId }, options);
  }

  queryAll<Row>(sql: string, params: QueryParams = {}): Promise<Row[]> {
    return this.run<Row>(sql, params, {});
  }

  async command(sql: string, params: QueryParams = {}): Promise<void> {
    await this.client.command({ query: sql, query_params: params });
  }

  async commandProject(
    projectId: string,
    sql: string,
    params: QueryParams = {},
    options: QueryLimits & { signal?: AbortSignal; settings?: Record<string, string | number> } = {},
  ): Promise<void> {
    requireProjectFilter(sql);
    try {
      await this.client.command({
        query: sql,
        query_params: { ...params, project_id: projectId },
        clickhouse_settings: settingsOf(options),
        ...(options.signal ? { abort_signal: options.signal } : {}),
      });
    } catch (error) {
      throw options.signal?.aborted ? callerHasGone(error) : explainLimit(error);
    }
  }

  async streamProject(
    projectId: string,
    sql: string,
    format: StreamFormat,
    params: QueryParams = {},
    options: QueryLimits & { signal?: AbortSignal; settings?: Record<string, string | number> } = {},
  ): Promise<Readable> {
    requireProjectFilter(sql);
    const { signal } = options;
    try {
      const { stream, response_headers } = await this.client.exec({
        query: `${sql}\nFORMAT ${format}`,
        query_params: { ...params, project_id: projectId },
        clickhouse_settings: settingsOf(options),
        ...(signal ? { abort_signal: signal } : {}),
      });
      const tag = String(response_headers["x-clickhouse-exception-tag"] ?? "");
      const rows = new RowsUntilException(tag);
      // The client's own signal ends with the response's head.
      signal?.addEventListener("abort", () => rows.destroy(), { once: true });
      pipeline(stream, rows, () => {});
      return rows;
    } catch (error) {
      throw signal?.aborted ? callerHasGone(error) : explainLimit(error);
    }
  }

  insertRowBinary(
    table: string,
    columns: readonly string[],
    chunks: readonly Buffer[],
    token: string,
  ): Promise<void> {
    return this.insert(table, columns, "RowBinary", chunks, { insert_deduplication_token: token });
  }

  insertNative(
    table: string,
    columns: readonly string[],
    blocks: readonly Buffer[],
    token: string,
    settings: Record<string, string> = {},
  ): Promise<void> {
    return this.insert(table, columns, "Native", blocks, { ...settings, insert_deduplication_token: token });
  }

  private async insert(
    table: string,
    columns: readonly string[],
    format: string,
    chunks: readonly Buffer[],
    settings: Record<string, string>,
  ): Promise<void> {
    await this.inserts.insert(
      `INSERT INTO ${table} (${columns.join(", ")}) FORMAT ${format}`,
      {
        // A batch of imported history may span more months than the default guard of 100 partitions allows.
        max_partitions_per_insert_block: "0",
        // The rows of one call stay one block, so that the token stands for all of them or none.
        max_insert_block_size: "1048576",
        min_insert_block_size_rows: "1048576",
        min_insert_block_size_bytes: "1073741824",
        ...settings,
      },
      chunks,
    );
  }

  async ping(): Promise<void> {
    const result = await this.client.ping();
    if (!result.success) throw result.error;
  }

  close(): Promise<void> {
    this.inserts.close();
    return this.client.close();
  }

  private async run<Row>(
    sql: string,
    params: QueryParams,
    options: QueryLimits & { signal?: AbortSignal; settings?: Record<string, string | number> },
  ): Promise<Row[]> {
    const settings = settingsOf(options);
    const { signal } = options;
    try {
      const result = await this.client.query({
        query: sql,
        query_params: params,
        format: "JSONEachRow",
        clickhouse_settings: settings,
        ...(signal ? { abort_signal: signal } : {}),
      });
      // The client's own signal ends with the response's head; rows still to come are stopped here.
      const stop = () => result.close();
      signal?.addEventListener("abort", stop, { once: true });
      try {
        return await result.json<Row>();
      } finally {
        signal?.removeEventListener("abort", stop);
      }
    } catch (error) {
      throw signal?.aborted ? callerHasGone(error) : explainLimit(error);
    }
  }
}

function requireProjectFilter(sql: string): void {
  if (sql.includes("{project_id:UUID}")) return;
  throw new Error("A query of the telemetry store must filter by {project_id:UUID}.");
}

function settingsOf(
  options: QueryLimits & { settings?: Record<string, string | number> },
): ClickHouseSettings {
  return {
    ...options.settings,
    max_execution_time: options.maxSeconds ?? DEFAULT_MAX_SECONDS,
    max_memory_usage: String(options.maxMemoryBytes ?? DEFAULT_MAX_MEMORY_BYTES),
  };
}

/** Nobody reads this answer; it only keeps the log free of failures that are none. 499 is nginx's number for it. */
function callerHasGone(cause: unknown): FlightdeckError {
  return new FlightdeckError("The caller hung up before the answer was ready.", {
    code: "caller_has_gone",
    status: 499,
    cause,
  });
}

/** Sentences for the store's limits, by ClickHouse's error number; other errors stay as they are. */
const LIMITS: Record<string, { code: string; status: number; detail: string }> = {
  "159": {
    code: "query_too_slow",
    status: 504,
    detail: "The query took too long and was stopped. Narrow the time range or add a filter.",
  },
  "241": {
    code: "query_too_large",
    status: 503,
    detail: "The query needed more memory than it may have. Narrow the time range or add a filter.",
  },
};

function explainLimit(error: unknown): unknown {
  const limit = LIMITS[(error as { code?: string }).code ?? ""];
  return limit ? new FlightdeckError(limit.detail, { ...limit, cause: error }) : error;
}

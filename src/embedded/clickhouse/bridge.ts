import { timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { Admission } from "./admission.ts";
import { EngineError, engineErrorCode, engineErrorText, httpStatusOf } from "./engine-error.ts";
import { insertData } from "./insert-data.ts";
import { readMultipart } from "./multipart.ts";
import type { ChdbNative, Connection } from "./native.ts";
import { type QueryRequest, readQueryRequest, sessionPrelude, sqlString } from "./query-request.ts";
import { readBody } from "./request-body.ts";
import { type ResultPipe, ResultPipes } from "./result-pipe.ts";
import { sendRows } from "./send-rows.ts";
import { SessionPool } from "./session-pool.ts";
import { readStatement, type StatementShape } from "./statement.ts";

/** What a bridge needs. */
export interface BridgeOptions {
  native: ChdbNative;
  dataPath: string;
  /** Folder for the result pipes; private to this process. */
  pipeFolder: string;
  /** Server configuration; read once, by the first connection. */
  configFile: string;
  /** Default settings of every connection, as `--name=value`. */
  settingArgs: readonly string[];
  user: string;
  password: string;
  sessions: number;
}

/** Most of an insert body that is read as text to find where its data begin. */
const INSERT_HEAD_BYTES = 64 * 1024;
const KILL_RETRY_MS = 100;
/** Formatting on several threads costs every small query a third of a millisecond. */
const ROW_SETTINGS = { output_format_parallel_formatting: "0" };

/**
 * ClickHouse's HTTP interface in front of chdb, for one local client library: `/ping`, and `/` for queries.
 * https://clickhouse.com/docs/interfaces/http
 */
export class Bridge {
  readonly server: Server;
  readonly #options: BridgeOptions;
  readonly #sessions: SessionPool;
  readonly #reads: Admission;
  readonly #writes: Admission;
  readonly #control: Connection;
  readonly #pipes: ResultPipes;
  #controlBusy: Promise<unknown> = Promise.resolve();
  #running = 0;
  #inserts = 0;

  constructor(options: BridgeOptions) {
    this.#options = options;
    // The control connection comes first and stays: closing the last one would shut the engine down.
    this.#control = options.native.CreateConnection(options.dataPath, [
      `--config-file=${options.configFile}`,
      ...options.settingArgs,
    ]);
    this.#sessions = new SessionPool(options.native, options.dataPath, options.settingArgs, options.sessions);
    const total = options.sessions * 4;
    this.#reads = new Admission({ total, quick: options.sessions, slowAfterMs: 250, queue: 512 });
    this.#writes = new Admission({
      total: options.sessions,
      quick: options.sessions,
      slowAfterMs: 60_000,
      queue: 512,
    });
    this.#pipes = new ResultPipes(options.pipeFolder);
    this.server = createServer({ keepAliveTimeout: 60_000, requestTimeout: 0 }, (request, response) => {
      void this.#handle(request, response);
    });
  }

  /** Threads that may be inside the engine at once: what libuv's pool must hold. */
  static threads(sessions: number): number {
    return sessions * 5 + 6;
  }

  /** Prepares the pipes and runs one query, so that the first client does not wait for it. */
  async warmUp(): Promise<void> {
    await Promise.all([this.#pipes.make(this.#options.sessions), this.#onControl("SELECT 1")]);
  }

  /** Waits until no query runs, at most `graceMs`, and closes the idle connections. */
  async drain(graceMs: number): Promise<void> {
    this.server.close();
    this.server.closeIdleConnections();
    const deadline = Date.now() + graceMs;
    while (this.#running > 0 && Date.now() < deadline) await new Promise((r) => setTimeout(r, 20));
    if (this.#running === 0) this.#sessions.close();
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const url = new URL(request.url ?? "/", "http://localhost");
      if (url.pathname === "/ping") return void response.end("Ok.\n");
      this.#authenticate(request, url.searchParams);
      if (url.pathname === "/health") {
        await this.#onControl("SELECT 1");
        return void response.end("Ok.\n");
      }
      if (url.pathname !== "/")
        throw new EngineError(60, `There is no handle ${url.pathname}`, "UNKNOWN_TABLE");
      if (request.method !== "POST" && request.method !== "GET") {
        throw new EngineError(48, "Only GET and POST are supported.", "NOT_IMPLEMENTED");
      }
      await this.#query(request, response, url.searchParams);
    } catch (error) {
      sendError(response, error);
      if (!request.complete) request.resume();
    }
  }

  #authenticate(request: IncomingMessage, args: URLSearchParams): void {
    const basic = /^Basic (.+)$/i.exec(request.headers.authorization ?? "")?.[1];
    const pair = basic ? Buffer.from(basic, "base64").toString("utf8") : undefined;
    const user =
      pair?.slice(0, pair.indexOf(":")) ?? request.headers["x-clickhouse-user"] ?? args.get("user");
    const key =
      pair?.slice(pair.indexOf(":") + 1) ?? request.headers["x-clickhouse-key"] ?? args.get("password");
    const given = Buffer.from(`${user}:${key}`);
    const wanted = Buffer.from(`${this.#options.user}:${this.#options.password}`);
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
      throw new EngineError(516, "Authentication failed: password is incorrect.", "AUTHENTICATION_FAILED");
    }
  }

  async #query(request: IncomingMessage, response: ServerResponse, args: URLSearchParams): Promise<void> {
    const gone = new AbortController();
    response.once("close", () => {
      if (!response.writableFinished) gone.abort(new Error("the client went away"));
    });
    let body = await readBody(request);
    const form = readMultipart(request.headers["content-type"], body);
    if (form) {
      for (const [name, value] of form) args.set(name, value);
      body = Buffer.alloc(0);
    }
    const query = readQueryRequest(args);
    response.setHeader("X-ClickHouse-Query-Id", query.queryId);
    response.setHeader("X-ClickHouse-Server-Display-Name", "flightdeck");
    response.setHeader("X-ClickHouse-Timezone", "UTC");
    const { statement, data } = splitBody(query.query, body);
    if (statement.sql.trim() === "") throw new EngineError(62, "Empty query", "SYNTAX_ERROR");
    if (statement.multiple) {
      throw new EngineError(62, "Syntax error (Multi-statements are not allowed)", "SYNTAX_ERROR");
    }
    const leave = await (statement.kind === "insert_data" ? this.#writes : this.#reads).enter(gone.signal);
    if (!leave) {
      throw new EngineError(202, "Too many simultaneous queries.", "TOO_MANY_SIMULTANEOUS_QUERIES");
    }
    this.#running += 1;
    const connection = this.#sessions.acquire();
    // A failed query stays in its connection, memory and all, until the connection is used again or closed.
    let changed = true;
    let pipe: ResultPipe | undefined;
    try {
      if (statement.kind === "insert_data") await this.#insert(connection, query, statement, data, response);
      else if (statement.kind === "select" && !statement.hasOutfile) {
        pipe = await this.#pipes.open();
        await this.#select(connection, pipe, query, statement, request, response, gone.signal);
      } else await this.#command(connection, query, statement, response, gone.signal);
      changed = changesSession(query, statement);
    } finally {
      this.#sessions.release(connection, changed);
      if (pipe) this.#pipes.giveBack(pipe);
      this.#running -= 1;
      leave();
    }
  }

  async #insert(
    connection: Connection,
    query: QueryRequest,
    statement: StatementShape,
    data: Buffer,
    response: ServerResponse,
  ): Promise<void> {
    if (data.length === 0) {
      sendSummary(response, { written_rows: 0, written_bytes: 0 });
      return void response.end();
    }
    this.#inserts += 1;
    const counts = await insertData({
      native: this.#options.native,
      connection,
      prelude: sessionPrelude(query),
      into: statement.sql.slice(0, statement.fileClauseAt),
      format: statement.format ?? "Values",
      data,
      folder: this.#options.pipeFolder,
      name: String(this.#inserts),
    });
    sendSummary(response, {
      written_rows: counts.rows,
      written_bytes: counts.bytes,
      elapsed_ns: Math.round(counts.elapsedSeconds * 1e9),
    });
    response.end();
  }

  async #select(
    connection: Connection,
    pipe: ResultPipe,
    query: QueryRequest,
    statement: StatementShape,
    request: IncomingMessage,
    response: ServerResponse,
    gone: AbortSignal,
  ): Promise<void> {
    const head = statement.sql.slice(0, statement.fileClauseAt);
    const tail = statement.sql.slice(statement.fileClauseAt);
    const format = statement.format ?? query.defaultFormat ?? "TabSeparated";
    const into = `\nINTO OUTFILE ${sqlString(pipe.path)} TRUNCATE ${statement.format ? "" : `FORMAT ${format}`}\n`;
    const settled = this.#killable(
      connection,
      sessionPrelude(query, ROW_SETTINGS) + head + into + tail,
      query.queryId,
      gone,
    );
    const finished = settled.finally(() => pipe.finish());
    await sendRows({ pipe, finished, response, format, gone, gzip: wantsGzip(query, request) });
  }

  async #command(
    connection: Connection,
    query: QueryRequest,
    statement: StatementShape,
    response: ServerResponse,
    gone: AbortSignal,
  ): Promise<void> {
    const format = statement.format ?? query.defaultFormat ?? "TabSeparated";
    const result = await this.#killable(
      connection,
      sessionPrelude(query) + statement.sql,
      query.queryId,
      gone,
      format,
    );
    sendSummary(response, { read_rows: result.rowsRead, read_bytes: result.bytesRead });
    response.setHeader("X-ClickHouse-Format", format);
    response.end(result.bytes);
  }

  /** Runs a query that is killed when the client goes away. */
  async #killable(
    connection: Connection,
    sql: string,
    queryId: string,
    gone: AbortSignal,
    format = "TabSeparated",
  ) {
    let over = false;
    const kill = async () => {
      // The query may not be registered yet when the client leaves, so this repeats until it is over.
      while (!over) {
        await this.#onControl(`KILL QUERY WHERE Settings['log_comment'] = ${sqlString(queryId)} ASYNC`).catch(
          () => {},
        );
        await new Promise((resolve) => setTimeout(resolve, KILL_RETRY_MS));
      }
    };
    if (gone.aborted) throw gone.reason;
    gone.addEventListener("abort", kill, { once: true });
    try {
      return await this.#options.native.QueryAsyncConnection(connection, sql, format);
    } finally {
      over = true;
      gone.removeEventListener("abort", kill);
    }
  }

  #onControl(sql: string): Promise<unknown> {
    const run = () => this.#options.native.QueryAsyncConnection(this.#control, sql, "TabSeparated");
    const result = this.#controlBusy.then(run, run);
    this.#controlBusy = result.catch(() => {});
    return result;
  }
}

/** Separates the statement from the data that follow it in the body. */
function splitBody(query: string | undefined, body: Buffer): { statement: StatementShape; data: Buffer } {
  const nothing = Buffer.alloc(0);
  if (query !== undefined) {
    const statement = readStatement(query);
    if (statement.kind === "insert_data") {
      const inline = query.slice(statement.dataAt);
      if (inline.trim() === "")
        return { statement: { ...statement, sql: query.slice(0, statement.dataAt) }, data: body };
      const data = Buffer.concat([Buffer.from(inline.replace(/^\s/, "")), body]);
      return { statement: { ...statement, sql: query.slice(0, statement.dataAt) }, data };
    }
    if (body.length === 0) return { statement, data: nothing };
    return { statement: readStatement(`${query}\n${body.toString("utf8")}`), data: nothing };
  }
  // Data of an insert may be binary: only the head is read as text, in an encoding of one byte per character.
  const head = body.subarray(0, INSERT_HEAD_BYTES).toString("latin1");
  if (/^\s*(?:--|\/\*|insert)/i.test(head)) {
    const statement = readStatement(head);
    if (statement.kind === "insert_data" && statement.dataAt !== undefined) {
      const sql = body.subarray(0, statement.dataAt).toString("utf8");
      let from = statement.dataAt;
      while (from < body.length && (body[from] === 0x20 || body[from] === 0x09 || body[from] === 0x0d))
        from += 1;
      if (body[from] === 0x0a) from += 1;
      return { statement: { ...statement, sql }, data: body.subarray(from) };
    }
  }
  return { statement: readStatement(body.toString("utf8")), data: nothing };
}

/** Whether a request left more behind than its `log_comment`, which every request sets anew. */
function changesSession(query: QueryRequest, statement: StatementShape): boolean {
  const state = query.settings.size + query.params.size + (query.database === undefined ? 0 : 1);
  return state > 0 || statement.kind === "other";
}

function wantsGzip(query: QueryRequest, request: IncomingMessage): boolean {
  return query.compress && /\bgzip\b/.test(String(request.headers["accept-encoding"] ?? ""));
}

function sendSummary(response: ServerResponse, counts: Record<string, number>): void {
  const texts = Object.entries(counts).map(([name, value]) => [name, String(value)]);
  response.setHeader("X-ClickHouse-Summary", JSON.stringify(Object.fromEntries(texts)));
}

function sendError(response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) return void response.destroy();
  const code = engineErrorCode(error);
  response.writeHead(httpStatusOf(code), {
    "Content-Type": "text/plain; charset=UTF-8",
    "X-ClickHouse-Exception-Code": String(code),
  });
  response.end(`${engineErrorText(error)}\n`);
}

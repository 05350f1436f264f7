import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { parseError } from "@clickhouse/client";

const TIMEOUT_MS = 120_000;
/** Idle connections that are kept; more than one insert at a time is rare. */
const KEPT_SOCKETS = 4;
/** Most of an answer that is read: it is empty, or an error. */
const MAX_ANSWER_BYTES = 64 * 1024;

/**
 * Sends inserts to ClickHouse's HTTP interface with their length told in advance: neither side then cuts the data
 * into chunks and puts them together again, which a client for streams has to do.
 */
export class InsertConnection {
  private readonly url: URL;
  private readonly headers: Record<string, string>;
  private readonly agent: HttpAgent | HttpsAgent;
  private readonly request: typeof httpRequest;

  /** `url` may carry credentials and a database in its path. */
  constructor(url: string) {
    this.url = new URL(url);
    const secure = this.url.protocol === "https:";
    this.request = secure ? httpsRequest : httpRequest;
    this.agent = new (secure ? HttpsAgent : HttpAgent)({ keepAlive: true, maxFreeSockets: KEPT_SOCKETS });
    const user = decodeURIComponent(this.url.username) || "default";
    const pair = Buffer.from(`${user}:${decodeURIComponent(this.url.password)}`).toString("base64");
    this.headers = { authorization: `Basic ${pair}`, "content-type": "application/octet-stream" };
    const database = this.url.pathname.slice(1);
    if (database !== "") this.url.searchParams.set("database", decodeURIComponent(database));
    this.url.pathname = "/";
    this.url.username = "";
    this.url.password = "";
  }

  /** Resolves when the data are inserted; rejects with ClickHouse's error or that of the connection. */
  insert(query: string, settings: Record<string, string>, chunks: readonly Buffer[]): Promise<void> {
    const url = new URL(this.url);
    url.searchParams.set("query", query);
    for (const [name, value] of Object.entries(settings)) url.searchParams.set(name, value);
    const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    return new Promise((resolve, reject) => {
      const sent = this.request(url, {
        method: "POST",
        agent: this.agent,
        timeout: TIMEOUT_MS,
        headers: { ...this.headers, "content-length": length },
      });
      sent.once("error", reject);
      sent.once("timeout", () => sent.destroy(new Error("ClickHouse did not answer an insert in time")));
      sent.once("response", (response) => {
        readAnswer(response).then((error) => (error ? reject(error) : resolve()), reject);
      });
      sent.cork();
      for (const chunk of chunks) sent.write(chunk);
      sent.end();
    });
  }

  close(): void {
    this.agent.destroy();
  }
}

/** The error that an answer tells, if any. */
async function readAnswer(response: IncomingMessage): Promise<Error | undefined> {
  let text = "";
  for await (const chunk of response as AsyncIterable<Buffer>) {
    if (text.length < MAX_ANSWER_BYTES) text += chunk.toString("utf8");
  }
  const failed = response.statusCode !== 200 || response.headers["x-clickhouse-exception-code"] !== undefined;
  return failed ? parseError(text) : undefined;
}

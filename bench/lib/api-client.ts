import { Agent, request } from "node:http";

/** One request to the product's API. */
export interface ApiCall {
  method: "GET" | "POST" | "PATCH";
  path: string;
  body?: Buffer | string;
  contentType?: string;
}

/** What came back. */
export interface ApiAnswer {
  /** 0 when there was no answer. */
  status: number;
  /** Why there was none, such as `ECONNRESET`; empty when there was one. */
  failure: string;
  /** Bytes of the body as they came over the wire. */
  bytes: number;
  /** Only where it was asked for. */
  body: Buffer | undefined;
}

const TIMEOUT_MS = 30_000;

/** Keep-alive connections shared by many callers, as a proxy in front of the product has them. */
export class ApiClient {
  private readonly agent: Agent;
  private readonly baseUrl: string;
  private readonly connections: number;

  constructor(baseUrl: string, connections: number) {
    this.baseUrl = baseUrl;
    this.connections = connections;
    this.agent = new Agent({
      keepAlive: true,
      maxSockets: connections,
      maxFreeSockets: connections,
      scheduling: "fifo",
    });
  }

  /** Sends one request; never rejects. Answers are asked for compressed, as browsers do, and not unpacked. */
  call(key: string, call: ApiCall, keepBody = false): Promise<ApiAnswer> {
    return new Promise((done) => {
      const failed = ({ code, message }: NodeJS.ErrnoException) =>
        done({ status: 0, failure: code ?? message, bytes: 0, body: undefined });
      const sent = request(
        this.baseUrl + call.path,
        {
          method: call.method,
          agent: this.agent,
          timeout: TIMEOUT_MS,
          headers: {
            "x-api-key": key,
            ...(!keepBody && { "accept-encoding": "gzip, br" }),
            ...(call.body !== undefined && {
              "content-type": call.contentType ?? "application/json",
              "content-length": Buffer.byteLength(call.body),
            }),
          },
        },
        (response) => {
          const chunks: Buffer[] = [];
          let bytes = 0;
          response.on("data", (chunk: Buffer) => {
            bytes += chunk.length;
            if (keepBody) chunks.push(chunk);
          });
          response.once("error", failed);
          response.once("end", () =>
            done({
              status: response.statusCode ?? 0,
              failure: "",
              bytes,
              body: keepBody ? Buffer.concat(chunks) : undefined,
            }),
          );
        },
      );
      sent.once("timeout", () => sent.destroy(new Error("no answer in 30 s")));
      sent.once("error", failed);
      sent.end(call.body);
    });
  }

  /** Reads JSON. Throws when the answer is not 2xx. */
  async json<T>(key: string, call: ApiCall): Promise<T> {
    const { status, body } = await this.call(key, call, true);
    if (status < 200 || status > 299) {
      throw new Error(
        `${call.method} ${call.path} was answered ${status}: ${body?.toString().slice(0, 500)}`,
      );
    }
    return JSON.parse(body!.toString()) as T;
  }

  /** Opens all connections. */
  async open(): Promise<void> {
    const call: ApiCall = { method: "GET", path: "/health/live" };
    await Promise.all(Array.from({ length: this.connections }, () => this.call("", call)));
  }

  close(): void {
    this.agent.destroy();
  }
}

import { Agent, request } from "node:http";
import { API_KEY } from "./product.ts";

/** What a server said to one export request. */
export interface ExportAnswer {
  status: number;
  /** Seconds of `Retry-After`, when told. */
  retryAfterSeconds: number | undefined;
  /** Response body: empty when every span was accepted. */
  body: Buffer;
}

/** One keep-alive connection that sends protobuf export requests, one after another. */
export class OtlpSender {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });
  private readonly url: URL;

  constructor(baseUrl: string) {
    this.url = new URL("/v1/traces", baseUrl);
  }

  /** Sends a body and resolves with the answer; rejects when the connection breaks. */
  send(body: Buffer, gzip: boolean): Promise<ExportAnswer> {
    return new Promise((done, reject) => {
      const sent = request(
        this.url,
        {
          method: "POST",
          agent: this.agent,
          timeout: 60_000,
          headers: {
            "content-type": "application/x-protobuf",
            "content-length": body.length,
            "x-api-key": API_KEY,
            ...(gzip && { "content-encoding": "gzip" }),
          },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.once("error", reject);
          response.once("end", () => {
            const after = Number(response.headers["retry-after"]);
            done({
              status: response.statusCode ?? 0,
              retryAfterSeconds: Number.isFinite(after) ? after : undefined,
              body: Buffer.concat(chunks),
            });
          });
        },
      );
      sent.once("timeout", () => sent.destroy(new Error("no answer in time")));
      sent.once("error", reject);
      sent.end(body);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}

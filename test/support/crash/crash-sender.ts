import { Agent, request } from "node:http";
import { Client, credentials, Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { API_KEY } from "../../../bench/lib/product.ts";
import type { CrashRequest } from "./crash-requests.ts";

/** What came of one attempt: an answer in HTTP's terms. */
export interface Answer {
  status: number;
  body: Buffer;
}

/** Sends one request after another; rejects when no answer came. */
export interface CrashSender {
  send(request: CrashRequest): Promise<Answer>;
  close(): void;
}

const ANSWER_WITHIN_MS = 60_000;

/** One keep-alive connection. */
export class HttpSender implements CrashSender {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });
  private readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  send({ path, headers, body }: CrashRequest): Promise<Answer> {
    return new Promise((done, reject) => {
      const sent = request(
        new URL(path, this.url),
        {
          method: "POST",
          agent: this.agent,
          timeout: ANSWER_WITHIN_MS,
          headers: { ...headers, "content-length": body.length, "x-api-key": API_KEY },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.once("error", reject);
          response.once("end", () => done({ status: response.statusCode ?? 0, body: Buffer.concat(chunks) }));
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

/** gRPC codes after which an OTLP client sends again, with `RetryInfo` where it must be there. */
const AWAY = new Set<number>([status.UNAVAILABLE, status.CANCELLED, status.DEADLINE_EXCEEDED]);

/** A gRPC channel to `TraceService/Export`. */
export class GrpcSender implements CrashSender {
  private readonly client: Client;

  constructor(address: string) {
    this.client = new Client(address, credentials.createInsecure(), {
      "grpc.initial_reconnect_backoff_ms": 100,
      "grpc.max_reconnect_backoff_ms": 500,
    });
  }

  send({ body }: CrashRequest): Promise<Answer> {
    const metadata = new Metadata();
    metadata.set("x-api-key", API_KEY);
    const asBytes = (bytes: Buffer) => bytes;
    return new Promise((done, reject) => {
      this.client.makeUnaryRequest(
        "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
        asBytes,
        asBytes,
        body,
        metadata,
        { deadline: Date.now() + ANSWER_WITHIN_MS },
        (error: ServiceError | null, answer?: Buffer) => {
          if (!error) return done({ status: 200, body: answer! });
          if (AWAY.has(error.code)) return reject(error);
          const mayRetry = error.metadata.get("grpc-status-details-bin").length > 0;
          done({ status: mayRetry ? 503 : 500, body: Buffer.from(`gRPC ${error.code}: ${error.details}`) });
        },
      );
    });
  }

  close(): void {
    this.client.close();
  }
}

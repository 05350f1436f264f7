import { encodeV1, snappy } from "#features/ingest/server/remote-write/testing/prom-proto.ts";
import { randomHex } from "#test/support/otlp.ts";
import { SpanTemplate } from "../../../bench/lib/span-template.ts";
import type { SignalName } from "./sent-items.ts";

/** A request, and the keys of the items it holds: what the audit later finds in the store. */
export interface CrashRequest {
  path: string;
  headers: Record<string, string>;
  body: Buffer;
  keys: string[];
}

/** One way of sending one signal. */
export interface CrashStream {
  signal: SignalName;
  /** How it is sent; `grpc` goes to the gRPC port. */
  transport: "http" | "grpc";
  /** Makes a request of items that nobody has sent yet. */
  fresh(): CrashRequest;
}

const JSON_TYPE = { "content-type": "application/json" };

/** Makes streams; each has ids and times of its own, so that no two send the same item by accident. */
export const CRASH_STREAMS: Record<string, (random: () => number) => CrashStream> = {
  traces: (random) => spans(random, "http"),
  tracesOverGrpc: (random) => spans(random, "grpc"),
  otlpMetrics: samples(otlpMetrics, "/v1/metrics", JSON_TYPE),
  remoteWrite: samples(remoteWrite, "/api/v1/write", {
    "content-type": "application/x-protobuf",
    "content-encoding": "snappy",
  }),
  lineProtocol: samples(lineProtocol, "/api/v2/write?precision=ms", { "content-type": "text/plain" }),
  logs: () => ({ signal: "logs", transport: "http", fresh: freshLogs }),
  evaluations: () => ({ signal: "scores", transport: "http", fresh: freshEvaluations }),
  agentEvents: () => agentEvents(`crash-agent-${randomHex(2)}`),
  executions: () => ({ signal: "executions", transport: "http", fresh: freshExecution }),
};

function spans(random: () => number, transport: "http" | "grpc"): CrashStream {
  const templates = [10, 50, 200].map((count) => new SpanTemplate(count, Math.floor(random() * 1e9)));
  return {
    signal: "spans",
    transport,
    fresh: () => {
      const template = templates[Math.floor(random() * templates.length)]!;
      return {
        path: "/v1/traces",
        headers: { "content-type": "application/x-protobuf" },
        body: Buffer.from(template.refresh(Date.now())),
        keys: template.keys(),
      };
    },
  };
}

/** Samples of one moment, by the names of their metrics. */
interface Moment {
  timeMs: number;
  values: [metric: string, value: number][];
}

const METRICS_PER_STREAM = 20;

function samples(
  encode: (moment: Moment) => Buffer,
  path: string,
  headers: Record<string, string>,
): () => CrashStream {
  return () => {
    const stream = randomHex(4);
    let lastMs = 0;
    return {
      signal: "samples",
      transport: "http",
      fresh: () => {
        // Two requests in one millisecond would mean the same samples.
        const timeMs = Math.max(Date.now(), lastMs + 1);
        lastMs = timeMs;
        const values = Array.from({ length: METRICS_PER_STREAM }, (_, i): [string, number] => [
          `crash_${stream}_${i}`,
          (timeMs + i) % 1000,
        ]);
        const keys = values.map(([metric, value]) => `${metric} ${timeMs} ${value}`);
        return { path, headers, body: encode({ timeMs, values }), keys };
      },
    };
  };
}

function otlpMetrics({ timeMs, values }: Moment): Buffer {
  const metrics = values.map(([name, asDouble]) => ({
    name,
    gauge: { dataPoints: [{ timeUnixNano: `${timeMs}000000`, asDouble }] },
  }));
  return Buffer.from(JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics }] }] }));
}

function remoteWrite({ timeMs, values }: Moment): Buffer {
  return snappy(
    encodeV1(
      values.map(([name, value]) => ({
        labels: { __name__: name, job: "crash" },
        samples: [{ value, timestamp: timeMs }],
      })),
    ),
  );
}

function lineProtocol({ timeMs, values }: Moment): Buffer {
  return Buffer.from(values.map(([name, value]) => `${name} value=${value} ${timeMs}\n`).join(""));
}

const ITEMS_PER_REQUEST = 20;
const newKeys = () => Array.from({ length: ITEMS_PER_REQUEST }, () => randomHex(8));

function freshLogs(): CrashRequest {
  const keys = newKeys();
  const logRecords = keys.map((key) => ({
    timeUnixNano: `${Date.now()}000000`,
    severityNumber: 9,
    body: { stringValue: key },
  }));
  const body = Buffer.from(JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] }));
  return { path: "/v1/logs", headers: JSON_TYPE, body, keys };
}

/** Evaluations come as log records; their names tell the audit that they are not the other stream's. */
function freshEvaluations(): CrashRequest {
  const keys = newKeys();
  const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
  const logRecords = keys.map((key) => ({
    timeUnixNano: `${Date.now()}000000`,
    eventName: "gen_ai.evaluation.result",
    attributes: [
      text("gen_ai.evaluation.name", "crash"),
      text("gen_ai.response.id", key),
      { key: "gen_ai.evaluation.score.value", value: { doubleValue: 1 } },
    ],
  }));
  const body = Buffer.from(JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] }));
  return { path: "/v1/logs", headers: JSON_TYPE, body, keys };
}

function agentEvents(agent: string): CrashStream {
  return {
    signal: "agent_events",
    transport: "http",
    fresh: () => {
      const keys = newKeys();
      const events = keys.map((id) => ({ id, type: "message", content: `hello ${id}` }));
      return {
        path: `/api/v1/agents/${agent}/events`,
        headers: JSON_TYPE,
        body: Buffer.from(JSON.stringify({ events })),
        keys,
      };
    },
  };
}

function freshExecution(): CrashRequest {
  const id = randomHex(8);
  const body = { id, agent: "crash-runner", status: "succeeded", started_at: new Date().toISOString() };
  return {
    path: "/api/v1/executions",
    headers: JSON_TYPE,
    body: Buffer.from(JSON.stringify(body)),
    keys: [id],
  };
}

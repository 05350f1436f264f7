import { API_KEY, type Product } from "./product.ts";

type Attributes = Record<string, string | number>;

const listOf = (attributes: Attributes = {}) =>
  Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === "number" ? { intValue: String(value) } : { stringValue: value },
  }));
const nanos = (ms: number) => `${BigInt(Math.round(ms)) * 1_000_000n}`;

/** A log record in milliseconds since 1970. */
export interface TestLogInput {
  timeMs: number;
  /** 9 is info, 13 warn, 17 error. */
  severityNumber?: number;
  body: string;
  attributes?: Attributes;
  traceId?: string;
  spanId?: string;
}

/** A value of a gauge. */
export interface TestSampleInput {
  timeMs: number;
  value: number;
  attributes?: Attributes;
}

async function send(
  product: Pick<Product, "otlpUrl">,
  signal: "logs" | "metrics",
  body: unknown,
  apiKey: string,
): Promise<void> {
  const response = await fetch(`${product.otlpUrl}/v1/${signal}`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": apiKey },
    body: JSON.stringify(body),
  });
  const answer = await response.text();
  if (response.status !== 200 || answer.includes("rejected")) {
    throw new Error(`The ${signal} were answered ${response.status}: ${answer}`);
  }
}

/** Sends log records as OTLP JSON and returns when they are durable. */
export async function sendLogs(
  product: Pick<Product, "otlpUrl">,
  logs: readonly TestLogInput[],
  service = "e2e",
  apiKey = API_KEY,
): Promise<void> {
  const body = {
    resourceLogs: [
      {
        resource: { attributes: listOf({ "service.name": service }) },
        scopeLogs: [
          {
            scope: { name: "e2e" },
            logRecords: logs.map(({ timeMs, body, attributes, severityNumber = 9, ...rest }) => ({
              ...rest,
              timeUnixNano: nanos(timeMs),
              severityNumber,
              body: { stringValue: body },
              attributes: listOf(attributes),
            })),
          },
        ],
      },
    ],
  };
  await send(product, "logs", body, apiKey);
}

/** Sends samples of a gauge as OTLP JSON and returns when they are durable. */
export async function sendGauge(
  product: Pick<Product, "otlpUrl">,
  metric: { name: string; unit: string; exemplarTraceId?: string },
  samples: readonly TestSampleInput[],
  apiKey = API_KEY,
): Promise<void> {
  const { name, unit, exemplarTraceId } = metric;
  const body = {
    resourceMetrics: [
      {
        resource: { attributes: listOf({ "service.name": "e2e" }) },
        scopeMetrics: [
          {
            scope: { name: "e2e" },
            metrics: [
              {
                name,
                unit,
                gauge: {
                  dataPoints: samples.map(({ timeMs, value, attributes }) => ({
                    timeUnixNano: nanos(timeMs),
                    asDouble: value,
                    attributes: listOf(attributes),
                    ...(exemplarTraceId && {
                      exemplars: [
                        {
                          timeUnixNano: nanos(timeMs),
                          asDouble: value,
                          traceId: exemplarTraceId,
                          spanId: exemplarTraceId.slice(0, 16),
                        },
                      ],
                    }),
                  })),
                },
              },
            ],
          },
        ],
      },
    ],
  };
  await send(product, "metrics", body, apiKey);
}

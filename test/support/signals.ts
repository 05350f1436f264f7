import type { HttpServer } from "#platform/http/server.ts";

type Json = Record<string, unknown>;

/** Attributes as OTLP/JSON has them. */
export function otlpAttributes(of: Record<string, string | number | boolean>): Json[] {
  return Object.entries(of).map(([key, value]) => ({
    key,
    value:
      typeof value === "string"
        ? { stringValue: value }
        : typeof value === "boolean"
          ? { boolValue: value }
          : Number.isInteger(value)
            ? { intValue: String(value) }
            : { doubleValue: value },
  }));
}

/** A metrics export of one resource. */
export function metricsExport(metrics: Json[], resource: Record<string, string> = {}): Json {
  const attributes = otlpAttributes({ "service.name": "test-agent", ...resource });
  return {
    resourceMetrics: [{ resource: { attributes }, scopeMetrics: [{ scope: { name: "test" }, metrics }] }],
  };
}

/** A log export of one resource. */
export function logsExport(logRecords: Json[], resource: Record<string, string> = {}): Json {
  const attributes = otlpAttributes({ "service.name": "test-agent", ...resource });
  return {
    resourceLogs: [{ resource: { attributes }, scopeLogs: [{ scope: { name: "test" }, logRecords }] }],
  };
}

/** A log record of a moment in milliseconds since 1970. */
export function logRecord(body: string, atMs: number, more: Json = {}): Json {
  return {
    timeUnixNano: `${Math.round(atMs)}000000`,
    body: { stringValue: body },
    severityNumber: 9,
    ...more,
  };
}

/** Sends an export through the front door; throws unless all was taken. */
export async function sendExport(
  app: HttpServer,
  keyHeaders: Record<string, string>,
  signal: "metrics" | "logs",
  body: Json,
): Promise<void> {
  const response = await app.inject({
    method: "POST",
    url: `/v1/${signal}`,
    headers: { "content-type": "application/json", ...keyHeaders },
    payload: JSON.stringify(body),
  });
  if (response.statusCode !== 200 || response.body !== "{}")
    throw new Error(`${signal} were not taken: ${response.statusCode} ${response.body}`);
}

import { OpenTelemetry } from "@ai-sdk/otel";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { NodeSDK } from "@opentelemetry/sdk-node";
import { registerTelemetry } from "ai";

/**
 * Turns on the AI SDK's spans (OpenTelemetry's GenAI conventions) and exports every span over OTLP/HTTP as
 * protobuf. The exporter reads where to, and with which key, from OTEL_EXPORTER_OTLP_ENDPOINT and
 * OTEL_EXPORTER_OTLP_HEADERS. Call the returned function before the process ends, or the last spans stay
 * behind.
 */
export function startTelemetry(serviceName: string): () => Promise<void> {
  const sdk = new NodeSDK({
    resource: resourceFromAttributes({ "service.name": serviceName }),
    traceExporter: new OTLPTraceExporter(),
    metricReaders: [],
    logRecordProcessors: [],
  });
  sdk.start();
  registerTelemetry(
    new OpenTelemetry({
      agentSpanName: "functionId",
      usage: true,
      // Whose conversation it is: the runtimeContext of the call (see support-agent.ts), on every span.
      enrichSpan: ({ runtimeContext }) => ({
        "user.id": runtimeContext?.userId as string,
        "gen_ai.conversation.id": runtimeContext?.sessionId as string,
      }),
    }),
  );
  return () => sdk.shutdown();
}

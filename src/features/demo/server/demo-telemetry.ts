import { OpenTelemetry } from "@ai-sdk/otel";
import type { Tracer } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, type SpanProcessor } from "@opentelemetry/sdk-trace-base";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import type { Telemetry } from "ai";
import { createIds } from "./replayable-ids.ts";

/** Where the demo's spans go. */
export interface DemoTarget {
  /** Base of an OTLP/HTTP endpoint, without `/v1/traces`. */
  otlpEndpoint: string;
  apiKey: string;
  /** Base of the product's API, where agents send heartbeats; without it they send none. */
  apiUrl?: string | undefined;
}

/** Tracers of the demo's services; each service has a resource of its own, as separate programs would. */
export interface DemoTelemetry {
  tracer(service: string, scope: string): Tracer;
  /** The AI SDK's spans, sent as `service`. */
  aiSdk(service: string): Telemetry;
  /** Runs `emit` with trace and span ids that depend on the seed alone. */
  withIdsFrom(seed: number, emit: () => void): void;
  flush(): Promise<void>;
  shutdown(): Promise<void>;
}

/**
 * Sets up the standard OpenTelemetry SDK: OTLP/HTTP with protobuf, batched for at most a second. `listeners` hear of
 * every span as well.
 */
export function createDemoTelemetry(
  target: DemoTarget,
  listeners: readonly SpanProcessor[] = [],
): DemoTelemetry {
  const exporter = new OTLPTraceExporter({
    url: `${target.otlpEndpoint.replace(/\/+$/, "")}/v1/traces`,
    headers: { authorization: `Bearer ${target.apiKey}` },
  });
  const ids = createIds();
  const providers = new Map<string, NodeTracerProvider>();

  function provider(service: string): NodeTracerProvider {
    const known = providers.get(service);
    if (known) return known;
    const created = new NodeTracerProvider({
      resource: resourceFromAttributes({
        "service.name": service,
        "service.version": "1.4.0",
        "deployment.environment.name": "demo",
      }),
      idGenerator: ids,
      spanProcessors: [
        ...listeners,
        new BatchSpanProcessor(exporter, {
          scheduledDelayMillis: 1_000,
          maxQueueSize: 4_096,
          maxExportBatchSize: 256,
        }),
      ],
    });
    // The first one also installs the context manager, by which the AI SDK's spans find their parents.
    if (providers.size === 0) created.register();
    providers.set(service, created);
    return created;
  }

  const all = (act: (provider: NodeTracerProvider) => Promise<void>) =>
    Promise.allSettled([...providers.values()].map(act)).then(() => {});

  return {
    tracer: (service, scope) => provider(service).getTracer(scope),
    aiSdk: (service) =>
      new OpenTelemetry({
        tracer: provider(service).getTracer("gen_ai"),
        agentSpanName: "functionId",
        usage: true,
        enrichSpan: ({ runtimeContext }) => ({
          "user.id": runtimeContext?.userId as string,
          "gen_ai.conversation.id": runtimeContext?.sessionId as string,
        }),
      }),
    withIdsFrom: ids.withSeed,
    flush: () => all((each) => each.forceFlush()),
    shutdown: () => all((each) => each.shutdown()),
  };
}

import { environmentVariables, type Snippet } from "./snippet.ts";

/** Node.js with the Vercel AI SDK 7 over the standard OpenTelemetry SDK. */
export const typescript: Snippet = {
  id: "typescript",
  label: "TypeScript",
  intro:
    "Node.js with the Vercel AI SDK. Any other library that OpenTelemetry instruments works the same way.",
  steps: (values) => [
    {
      title: "Terminal",
      code: "npm install ai @ai-sdk/openai @ai-sdk/otel @opentelemetry/sdk-node @opentelemetry/exporter-trace-otlp-proto",
    },
    { title: "Environment", code: environmentVariables(values, "my-agent") },
    {
      title: "agent.ts",
      code: `import { openai } from "@ai-sdk/openai";
import { OpenTelemetry } from "@ai-sdk/otel";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { NodeSDK } from "@opentelemetry/sdk-node";
import { generateText, registerTelemetry } from "ai";

// Reads the OTEL_ variables above.
const sdk = new NodeSDK({ traceExporter: new OTLPTraceExporter() });
sdk.start();
registerTelemetry(new OpenTelemetry());

const { text } = await generateText({
  model: openai("gpt-5-mini"),
  prompt: "Say hello to Flightdeck.",
  telemetry: { functionId: "hello-agent" },
});
console.log(text);

await sdk.shutdown(); // sends what is still buffered`,
    },
  ],
};

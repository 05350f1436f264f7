import { environmentVariables, type Snippet } from "./snippet.ts";

/** Python with an OpenInference instrumentation over the OpenTelemetry SDK. */
export const python: Snippet = {
  id: "python",
  label: "Python",
  intro:
    "OpenTelemetry with OpenInference. For LangChain, LlamaIndex, CrewAI and others, swap the instrumentation package.",
  steps: (values) => [
    {
      title: "Terminal",
      code: `pip install openai opentelemetry-sdk opentelemetry-exporter-otlp-proto-http \\
  openinference-instrumentation-openai`,
    },
    { title: "Environment", code: environmentVariables(values, "my-agent") },
    {
      title: "agent.py",
      code: `from openai import OpenAI
from openinference.instrumentation.openai import OpenAIInstrumentor
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

# Reads the OTEL_ variables above.
provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(provider)
OpenAIInstrumentor().instrument(tracer_provider=provider)

answer = OpenAI().chat.completions.create(
    model="gpt-5-mini",
    messages=[{"role": "user", "content": "Say hello to Flightdeck."}],
)
print(answer.choices[0].message.content)

provider.shutdown()  # sends what is still buffered`,
    },
  ],
};

/** What a snippet is filled in with. */
export interface SnippetValues {
  /** Base URL of OTLP/HTTP; exporters append `/v1/traces`. */
  endpoint: string;
  /** Base URL of the product itself, where its API is. */
  api: string;
  /** The project's key, or a placeholder while there is none. */
  key: string;
}

/** One block of text to copy. */
export interface SnippetStep {
  title: string;
  code: string;
}

/** How to connect one kind of program. */
export interface Snippet {
  id: string;
  label: string;
  /** One sentence above the blocks. */
  intro: string;
  steps: (values: SnippetValues) => SnippetStep[];
}

/** Shown in place of the key until one is made. */
export const KEY_PLACEHOLDER = "YOUR_FLIGHTDECK_KEY";

/** The standard environment variables of every OpenTelemetry SDK. */
export function environmentVariables({ endpoint, key }: SnippetValues, service: string): string {
  return [
    `export OTEL_EXPORTER_OTLP_ENDPOINT="${endpoint}"`,
    `export OTEL_EXPORTER_OTLP_HEADERS="x-api-key=${key}"`,
    'export OTEL_EXPORTER_OTLP_PROTOCOL="http/protobuf"',
    `export OTEL_SERVICE_NAME="${service}"`,
  ].join("\n");
}

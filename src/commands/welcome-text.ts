import { type Config, otlpHeaders } from "#config/config.ts";
import type { Welcome } from "../first-start.ts";

/** What a person sees when Flightdeck has started: where to go and what to copy. */
export function welcomeText(options: {
  config: Config;
  welcome: Welcome;
  otlpEndpoint: string;
  /** Undefined when gRPC is off. */
  otlpGrpcEndpoint: string | undefined;
}): string {
  const { config, welcome } = options;
  const lines = ["", `  Flightdeck is ready at ${config.http.publicUrl}`, ""];
  if (welcome.setupUrl) {
    lines.push("  Sign in once with this link to set the administrator's password (good for 24 hours):");
    lines.push(`  ${welcome.setupUrl}`, "");
  }
  if (welcome.apiKey) {
    lines.push("  Point an OpenTelemetry exporter here (the key is shown this once):");
    lines.push(`  export OTEL_EXPORTER_OTLP_ENDPOINT=${options.otlpEndpoint}`);
    lines.push(`  export OTEL_EXPORTER_OTLP_HEADERS="${otlpHeaders(welcome.apiKey)}"`);
    lines.push("  export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf");
    if (options.otlpGrpcEndpoint) lines.push(`  (or grpc, with the endpoint ${options.otlpGrpcEndpoint})`);
    lines.push("");
  } else {
    lines.push(`  OTLP/HTTP endpoint: ${options.otlpEndpoint}  (make keys on the Connect page)`);
    if (options.otlpGrpcEndpoint) lines.push(`  OTLP/gRPC endpoint: ${options.otlpGrpcEndpoint}`);
    lines.push("");
  }
  return `${lines.join("\n")}\n`;
}

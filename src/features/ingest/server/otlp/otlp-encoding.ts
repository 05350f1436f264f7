/** The two encodings of OTLP/HTTP. */
export type OtlpEncoding = "protobuf" | "json";

/** The encoding a `Content-Type` header names, parameters aside; undefined when OTLP has no such encoding. */
export function otlpEncodingOf(contentType: string | undefined): OtlpEncoding | undefined {
  const type = (contentType ?? "").split(";", 1)[0]!.trim().toLowerCase();
  switch (type) {
    case "application/x-protobuf":
    case "application/protobuf":
    case "application/vnd.google.protobuf":
      return "protobuf";
    case "application/json":
      return "json";
    default:
      return undefined;
  }
}

/** Where Flightdeck is and which project's key to send with. */
export interface ClientOptions {
  /** Address of the server, such as `https://flightdeck.example.com`; a path in front of `/v1` is kept. */
  endpoint: string;
  /** A project's ingest key, as shown on the onboarding page. */
  apiKey: string;
}

/** What an OTLP/HTTP exporter needs to know. */
export interface Client {
  /** Base address without a slash at its end; exporters that append `/v1/traces` themselves take this. */
  endpoint: string;
  /** Address for exporters that take the whole address of a signal, such as `OTLPTraceExporter({ url })`. */
  tracesUrl: string;
  headers: Record<string, string>;
}

/** The options cannot work: thrown at start, so that a typing error does not show as missing traces. */
export class InvalidOptionsError extends Error {
  override readonly name = "InvalidOptionsError";
}

/**
 * Settings for an OpenTelemetry exporter that sends to Flightdeck.
 *
 * ```ts
 * const { tracesUrl, headers } = createClient({ endpoint: "http://127.0.0.1:8000", apiKey });
 * const exporter = new OTLPTraceExporter({ url: tracesUrl, headers });
 * ```
 * @throws InvalidOptionsError when the endpoint is no http(s) address or the key is empty or no header value
 */
export function createClient({ endpoint, apiKey }: ClientOptions): Client {
  const base = parseEndpoint(endpoint);
  const key = apiKey.trim();
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw new InvalidOptionsError(
      "apiKey is empty or has characters that no key has; copy it from Flightdeck.",
    );
  }
  return {
    endpoint: base,
    tracesUrl: `${base}/v1/traces`,
    headers: { authorization: `Bearer ${key}` },
  };
}

/** The address without query, fragment, a signal's path or a slash at the end. */
function parseEndpoint(endpoint: string): string {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url === undefined || !["http:", "https:"].includes(url.protocol)) {
    throw new InvalidOptionsError(
      `endpoint "${endpoint}" is no http or https address, such as http://127.0.0.1:8000.`,
    );
  }
  const path = url.pathname.replace(/\/+$/, "").replace(/\/v1(\/traces)?$/, "");
  return url.origin + path;
}

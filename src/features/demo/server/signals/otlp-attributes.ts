/** An attribute as OTLP/JSON writes it. */
export interface OtlpAttribute {
  key: string;
  value: { stringValue: string } | { intValue: string } | { doubleValue: number } | { boolValue: boolean };
}

/** Attributes as OTLP/JSON writes them. */
export function otlpAttributes(values: Record<string, string | number | boolean>): OtlpAttribute[] {
  return Object.entries(values).map(([key, value]) => {
    if (typeof value === "string") return { key, value: { stringValue: value } };
    if (typeof value === "boolean") return { key, value: { boolValue: value } };
    return { key, value: Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value } };
  });
}

/** A service's resource. */
export function demoResource(service: string): { attributes: OtlpAttribute[] } {
  return {
    attributes: otlpAttributes({
      "service.name": service,
      "service.version": "1.4.0",
      "deployment.environment.name": "demo",
      "host.name": hostOf(service),
    }),
  };
}

/** The demo's agents share two machines. */
export function hostOf(service: string): string {
  return ["nightly-report", "report-agent", "research-agent"].includes(service)
    ? "demo-host-2"
    : "demo-host-1";
}

/** Milliseconds since the epoch as OTLP/JSON writes times. */
export const otlpTime = (ms: number) => `${Math.round(ms)}000000`;

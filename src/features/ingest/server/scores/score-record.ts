/** A score as it is stored. */
export interface ScoreRecord {
  /** The sender's own, or one made by us that begins with the time. The newest record of an id counts. */
  id: string;
  /** Nanoseconds since 1970. */
  timeNs: bigint;
  name: string;
  /** Null when the verdict is only a label. */
  value: number | null;
  label: string;
  explanation: string;
  source: "telemetry" | "api";
  /** Hex, or empty when it is not about a trace or span. */
  traceId: string;
  spanId: string;
  sessionId: string;
  responseId: string;
  metadata: Readonly<Record<string, string>>;
}

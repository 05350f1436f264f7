import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";

/** How an insert goes wrong: before the store saw it, or after it was stored and before that was told. */
export type Trouble = "refused" | "answer lost" | "invalid";

/** The real store behind a connection that breaks as a test says. */
export class FlakyStore implements TelemetryStore {
  /** What happens to the next inserts, one entry each; then all is well. */
  troubles: Trouble[] = [];
  /** While true, nothing gets through at all. */
  isAway = false;
  inserts = 0;
  lookups = 0;
  private readonly store: TelemetryStore;

  constructor(store: TelemetryStore) {
    this.store = store;
  }

  queryProject: TelemetryStore["queryProject"] = async (...args) => {
    this.lookups++;
    this.assertReachable();
    return this.store.queryProject(...args) as never;
  };

  queryAll: TelemetryStore["queryAll"] = async (...args) => {
    this.assertReachable();
    return this.store.queryAll(...args) as never;
  };

  command: TelemetryStore["command"] = async (...args) => {
    this.assertReachable();
    await this.store.command(...args);
  };

  commandProject: TelemetryStore["commandProject"] = async (...args) => {
    this.assertReachable();
    await this.store.commandProject(...args);
  };

  streamProject: TelemetryStore["streamProject"] = async (...args) => {
    this.assertReachable();
    return this.store.streamProject(...args);
  };

  async insertRowBinary(...args: Parameters<TelemetryStore["insertRowBinary"]>): Promise<void> {
    await this.troubled(() => this.store.insertRowBinary(...args));
  }

  async insertNative(...args: Parameters<TelemetryStore["insertNative"]>): Promise<void> {
    await this.troubled(() => this.store.insertNative(...args));
  }

  private async troubled(insert: () => Promise<void>): Promise<void> {
    this.inserts++;
    this.assertReachable();
    const trouble = this.troubles.shift();
    if (trouble === "refused") throw connectionError("ECONNREFUSED");
    if (trouble === "invalid") throw Object.assign(new Error("Cannot parse input"), { code: "27" });
    await insert();
    if (trouble === "answer lost") throw connectionError("ECONNRESET");
  }

  async ping(): Promise<void> {
    this.assertReachable();
    await this.store.ping();
  }

  async close(): Promise<void> {}

  private assertReachable(): void {
    if (this.isAway) throw connectionError("ECONNREFUSED");
  }
}

function connectionError(code: string): Error {
  return Object.assign(new Error(`connect ${code} 127.0.0.1:8123`), { code });
}

import type { QueryParams } from "#platform/clickhouse/telemetry-store.ts";

/** Collects a query's values; each gets a name of its own, so that conditions can be put together freely. */
export class Bindings {
  readonly params: QueryParams = {};
  private readonly prefix: string;
  private count = 0;

  constructor(prefix = "v") {
    this.prefix = prefix;
  }

  /** Binds a value as a ClickHouse type and returns how the SQL names it. */
  bind(value: unknown, type: string): string {
    const name = `${this.prefix}${this.count++}`;
    this.params[name] = value;
    return `{${name}:${type}}`;
  }
}

import type { ChdbNative, Connection } from "./native.ts";

/**
 * chdb connections on one data folder. A connection runs one query at a time, so each query holds one alone.
 * A connection that a query changed (settings, parameters, current database, temporary tables) is replaced
 * when it comes back: making one takes 0.1 ms, and nothing can leak into the next query.
 */
export class SessionPool {
  readonly #native: ChdbNative;
  readonly #path: string;
  readonly #args: readonly string[];
  readonly #keep: number;
  #idle: Connection[] = [];

  /** `keep` connections stay open between queries. */
  constructor(native: ChdbNative, path: string, args: readonly string[], keep: number) {
    this.#native = native;
    this.#path = path;
    this.#args = args;
    this.#keep = keep;
    for (let i = 0; i < keep; i += 1) this.#idle.push(this.#open());
  }

  /** A connection for the caller alone; hand it back with {@link release}. */
  acquire(): Connection {
    return this.#idle.pop() ?? this.#open();
  }

  /** Takes a connection back; `changed` says that its session state differs from a new one's. */
  release(connection: Connection, changed: boolean): void {
    if (!changed && this.#idle.length < this.#keep) {
      this.#idle.push(connection);
      return;
    }
    this.#native.CloseConnection(connection);
    if (this.#idle.length < this.#keep) this.#idle.push(this.#open());
  }

  /** Closes the idle connections. */
  close(): void {
    for (const connection of this.#idle.splice(0)) this.#native.CloseConnection(connection);
  }

  #open(): Connection {
    return this.#native.CreateConnection(this.#path, this.#args);
  }
}

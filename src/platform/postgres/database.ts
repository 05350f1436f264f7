import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";

/**
 * The ledger store. It carries no table types: each feature's store narrows it with
 * `database.withTables<ItsTables>()`, so that a table is known only where it belongs.
 */
export type Database = Kysely<unknown>;

/** Connects lazily; `destroy()` closes all connections. Times come back as Date, bigint as string. */
export function connectPostgres(
  url: string,
  onError: (error: Error) => void,
): { database: Database; pool: pg.Pool } {
  const pool = new pg.Pool({
    connectionString: url,
    max: 16,
    idleTimeoutMillis: 30_000,
    connectionTimeoutMillis: 10_000,
    application_name: "flightdeck",
  });
  // An idle connection that breaks (a database restart) must not end the process.
  pool.on("error", onError);
  // The pool looks after idle connections only. One that breaks while someone holds it, between two queries,
  // makes the holder's next query fail, which is all there is to tell; unheard, the event would end the process.
  pool.on("connect", (client) => client.on("error", () => {}));
  return { database: new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) }), pool };
}

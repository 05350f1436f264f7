import type pg from "pg";

/** Keys of advisory locks; each number names one thing that only one process may do at a time. */
export const AdvisoryLock = { migrations: 7_305_001, firstStart: 7_305_002 } as const;

/**
 * Runs `work` while this process alone, of all that share the database, holds the lock. PostgreSQL frees
 * the lock when the connection ends, so a killed holder blocks nobody.
 */
export async function withAdvisoryLock<T>(
  pool: pg.Pool,
  key: number,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query("SELECT pg_advisory_lock($1)", [key]);
    try {
      return await work(client);
    } finally {
      await client.query("SELECT pg_advisory_unlock($1)", [key]).catch((error: Error) => {
        broken = error;
      });
    }
  } finally {
    client.release(broken);
  }
}

import type pg from "pg";

/** Keys of advisory locks; each number names one thing that only one process may do at a time. */
export const AdvisoryLock = {
  migrations: 7_305_001,
  firstStart: 7_305_002,
  rollups: 7_305_004,
  budgetWatch: 7_305_003,
} as const;

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

/** Runs `work` unless another process holds the lock; false then. */
export async function tryAdvisoryLock(
  pool: pg.Pool,
  key: number,
  work: () => Promise<void>,
): Promise<boolean> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    const { rows } = await client.query<{ held: boolean }>("SELECT pg_try_advisory_lock($1) AS held", [key]);
    if (!rows[0]?.held) return false;
    try {
      await work();
    } finally {
      await client.query("SELECT pg_advisory_unlock($1)", [key]).catch((error: Error) => {
        broken = error;
      });
    }
    return true;
  } finally {
    client.release(broken);
  }
}

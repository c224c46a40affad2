import type postgres from 'postgres';
import type { Target } from './target';

/** A COMMIT in this server's log is enough: for transactions in which nothing is done to the application's tables. */
export const COMMIT_HERE = 'SET LOCAL synchronous_commit = local';

/**
 * A transaction that records what a person asked for, or what holds the rollout's row as that does. It does not wait for a
 * synchronous standby: a click, and a pause above all, would else hang for as long as the standby is gone. This server's
 * log has it; a fail-over may lose the click, and never what was done: a phase is over only when the standby has that too.
 */
export async function writeIntent<T>(
  { sql }: Target,
  work: (tx: postgres.TransactionSql) => Promise<T>,
): Promise<T> {
  const result = await sql.begin(async (tx) => {
    await tx.unsafe(COMMIT_HERE);
    return work(tx);
  });
  return result as T;
}

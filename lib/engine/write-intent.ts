import type postgres from 'postgres';
import type { Target } from './target';

/**
 * A transaction that records what a person asked for. It does not wait for a synchronous standby: a click, and a pause above
 * all, would else hang for as long as the standby is gone. This server's log has it; a fail-over may lose the click, and never
 * what was done. Of that a phase's last COMMIT tells only when the standby has it too.
 */
export async function writeIntent<T>(
  { sql }: Target,
  work: (tx: postgres.TransactionSql) => Promise<T>,
): Promise<T> {
  const result = await sql.begin(async (tx) => {
    await tx`SET LOCAL synchronous_commit = local`;
    return work(tx);
  });
  return result as T;
}

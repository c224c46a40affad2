import { quoteName, type RelationName } from '@/lib/core/sql-text';
import type { Target } from '../target';

export interface Blocker {
  readonly pid: number;
  readonly user: string;
  readonly application: string;
  /** null where the connected role may not see other roles' sessions (pg_read_all_stats). */
  readonly ageSeconds: number | null;
  readonly state: string;
  readonly query: string;
}

/** Transactions that hold a lock on one of the tables, oldest first, Segue's own apart. */
export async function longestTransactions(
  target: Target,
  tables: readonly RelationName[],
): Promise<Blocker[]> {
  const rows = await target.sql<Blocker[]>`
    SELECT DISTINCT ON (a.xact_start, a.pid) a.pid, coalesce(a.usename, '') AS user,
      coalesce(a.application_name, '') AS application,
      extract(epoch FROM clock_timestamp() - a.xact_start)::double precision AS "ageSeconds",
      coalesce(a.state, a.backend_type, 'not shown') AS state, coalesce(left(a.query, 300), 'not shown') AS query
    FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
    WHERE l.locktype = 'relation' AND l.granted AND l.relation = ANY (SELECT to_regclass(name)::oid FROM unnest(${tables.map(quoteName)}::text[]) name)
      AND coalesce(a.application_name, '') NOT LIKE 'segue%' AND a.pid <> pg_backend_pid()
    ORDER BY a.xact_start, a.pid LIMIT 10`;
  return rows.map((row) => ({ ...row }));
}

import { quoteName } from '@/lib/core/sql-text';
import type { PreflightQuestion } from './question';

/** Sessions that wait for a lock on the table already: somebody else's change is under way, or the table is contended. */
export const waitingQueue: PreflightQuestion = {
  id: 'preflight.queue',
  title: 'Nobody queues for the table',
  ask: async ({ target, plan, rolloutId }) => {
    const rows = await target.sql<{ table: string; pid: number; waits_for: string; query: string }[]>`
      SELECT l.relation::regclass::text AS table, l.pid, l.mode AS waits_for, coalesce(left(a.query, 200), 'not shown') AS query
      FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
      WHERE l.locktype = 'relation' AND NOT l.granted AND NOT starts_with(a.application_name, ${`segue ${rolloutId}`})
        AND l.relation = ANY (SELECT to_regclass(name)::oid FROM unnest(${plan.claims.map(quoteName)}::text[]) name) LIMIT 20`;
    if (rows.length === 0) return null;
    return {
      outcome: 'warning',
      summary: `${rows.length} ${rows.length === 1 ? 'session waits' : 'sessions wait'} for a lock on ${rows[0]?.table}. Segue takes its place behind them.`,
      evidence: rows.map((row) => ({ ...row })),
    };
  },
};

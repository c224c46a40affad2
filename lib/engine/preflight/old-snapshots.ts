import { buildsIn, type PreflightQuestion } from './question';

const OLD_SECONDS = 30;

/** A concurrent index build waits for every older snapshot of the database, whatever table it was taken for. */
export const oldSnapshots: PreflightQuestion = {
  id: 'preflight.snapshots',
  title: 'No old transaction delays the index builds',
  ask: async (scope) => {
    const concurrent = scope.phase.steps.some((step) => step.index !== undefined && !step.transactional);
    if (!concurrent || buildsIn(scope).length === 0) return null;
    const { target } = scope;
    const rows = await target.sql<
      { pid: number; user: string; application: string; ageSeconds: number; state: string; query: string }[]
    >`
      SELECT pid, coalesce(usename::text, '') AS user, application_name AS application, extract(epoch FROM clock_timestamp() - xact_start)::integer AS "ageSeconds",
        coalesce(state, backend_type, '') AS state, left(query, 200) AS query
      FROM pg_stat_activity
      WHERE datname = current_database() AND (backend_xmin IS NOT NULL OR backend_xid IS NOT NULL) AND xact_start < clock_timestamp() - ${OLD_SECONDS} * interval '1 second'
        AND application_name !~ '^segue( |$)' AND backend_type = 'client backend' ORDER BY xact_start LIMIT 10`;
    const [oldest] = rows;
    if (oldest === undefined) return null;
    return {
      outcome: 'warning',
      summary: `${rows.length} ${rows.length === 1 ? 'transaction is' : 'transactions are'} older than ${OLD_SECONDS} s: an index build waits for ${rows.length === 1 ? 'it' : 'them'} and holds up nobody meanwhile. The oldest is pid ${oldest.pid}, ${oldest.ageSeconds} s.`,
      evidence: rows.map((row) => ({ ...row })),
    };
  },
};

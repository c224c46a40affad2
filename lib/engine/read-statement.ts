import { type IndexProgress, indexProgress, type StatementProgress } from '@/lib/core/index-progress';
import { type Target, targetError } from './target';

type Row = IndexProgress & {
  kind: 'index' | 'validate';
  object: string;
  since: Date;
  tableBytes: number;
};

/** The index build or validation that a rollout is at now; null where there is none. Reads only. */
export async function readStatement(target: Target, rolloutId: string): Promise<StatementProgress | null> {
  try {
    const [row] = await target.sql<Row[]>`
      WITH mine AS (
        SELECT pid, query, query_start FROM pg_stat_activity
        WHERE starts_with(application_name, ${`segue ${rolloutId} `}) AND datname = current_database() AND state = 'active' AND pid <> pg_backend_pid()
      )
      SELECT 'index' AS kind, coalesce(nullif(p.index_relid, 0)::regclass::text, p.relid::regclass::text) AS object, p.phase, query_start AS since,
        p.blocks_total::double precision AS "blocksTotal", p.blocks_done::double precision AS "blocksDone",
        p.tuples_total::double precision AS "tuplesTotal", p.tuples_done::double precision AS "tuplesDone",
        p.lockers_total::double precision AS "lockersTotal", p.lockers_done::double precision AS "lockersDone",
        pg_relation_size(p.relid)::double precision AS "tableBytes"
      FROM mine JOIN pg_stat_progress_create_index p USING (pid)
      UNION ALL
      SELECT 'validate', l.relation::regclass::text, '', query_start, 0, 0, 0, 0, 0, 0, pg_relation_size(l.relation)::double precision
      FROM mine JOIN LATERAL (
        SELECT relation FROM pg_locks WHERE pg_locks.pid = mine.pid AND locktype = 'relation' AND mode = 'ShareUpdateExclusiveLock'
          AND relation IN (SELECT oid FROM pg_class WHERE relkind IN ('r', 'p')) LIMIT 1
      ) l ON true
      WHERE mine.query ILIKE '%VALIDATE CONSTRAINT%' LIMIT 1`;
    if (row === undefined) return null;
    const base = {
      kind: row.kind,
      object: row.object,
      since: row.since.toISOString(),
      tableBytes: row.tableBytes,
    };
    if (row.kind === 'index') return { ...base, ...indexProgress(row) };
    return { ...base, words: 'Reading every row of the table', share: null };
  } catch (error) {
    throw targetError(error, target);
  }
}

import type { BackfillWork } from '@/lib/core/plan';
import { quoteName } from '@/lib/core/sql-text';
import type { Lease } from '../../lease';
import { sqlStateOf } from '../../target';
import type { LoadSample } from './load-sample';
import { type LagMeter, openLagMeter } from './standby-lag';

const STATEMENT_TIMEOUT_MS = 3000;
/** In ACCESS SHARE it stands in nobody's way while it waits. */
const PROBE_LOCK_TIMEOUT_MS = 1000;
const LOCK_NOT_AVAILABLE = '55P03';

interface LoadRow {
  readonly lsn: string;
  readonly standbys: readonly {
    readonly name: string;
    readonly lagMs: number;
    readonly replayed: string | null;
    readonly subscriber: boolean;
  }[];
  readonly hidden_standbys: number;
  readonly slots: LoadSample['slots'];
  readonly waiters: LoadSample['waiters'];
  readonly vacuum: LoadSample['vacuum'];
  readonly dead: number | null;
  readonly last_vacuum: string | null;
  readonly growth: number | null;
  readonly place: Place | null;
}

/** A page of the table, or of one of its parts. */
interface Place {
  readonly relation: string;
  readonly page: number;
}

/** Whose backfill it is, and the session to look from. */
type LoadScope = Pick<Lease, 'rolloutId' | 'session'>;

/** What the looks so far tell of a rate, and of a lag. */
interface Memory {
  last: { readonly lsn: string; readonly at: number } | null;
  readonly lag: LagMeter;
  usedAt: number;
}

/** By backfill: a worker is at one for some seconds at a time, and a standby that is silent has to be seen to be so for longer. */
const memories = new Map<string, Memory>();
const KEPT_MS = 60 * 60 * 1000;

function memoryOf(key: string): Memory {
  const now = performance.now();
  for (const [other, { usedAt }] of memories) if (now - usedAt > KEPT_MS) memories.delete(other);
  const found = memories.get(key) ?? { last: null, lag: openLagMeter(), usedAt: now };
  memories.set(key, found);
  return found;
}

/**
 * Looks at the load, about once a second. Each look costs a few ms and reads only catalogs, and one row of the table. Opened
 * again for the same step in this process, it goes on from the looks before.
 */
export function openLoadReader(
  lease: LoadScope,
  stepId: string,
  work: Pick<BackfillWork, 'table'>,
): () => Promise<LoadSample> {
  const memory = memoryOf(`${lease.rolloutId} ${stepId}`);
  return async () => {
    const { last, lag } = memory;
    const row = await readRow(lease, stepId, work, last?.lsn ?? null, true).catch((error: unknown) => {
      // To measure a table takes a lock on it: one that somebody has for himself is measured at a later look.
      if (sqlStateOf(error) !== LOCK_NOT_AVAILABLE) throw error;
      return readRow(lease, stepId, work, last?.lsn ?? null, false);
    });
    // A clock that is never put forward or back.
    const now = { lsn: row.lsn, at: performance.now() };
    const probeMs = await probe(lease, work, row.place);
    const wal = last === null ? null : row.mb / Math.max((now.at - last.at) / 1000, 0.001);
    memory.last = now;
    memory.usedAt = now.at;
    return {
      standbys: lag.read(now, row.standbys),
      slots: row.slots,
      walMbPerSecond: wal,
      waiters: row.waiters,
      vacuum: row.vacuum,
      deadPercent: row.dead,
      lastVacuum: row.last_vacuum,
      probeMs,
      growthPercent: row.growth,
      unseen:
        row.hidden_standbys === 0
          ? []
          : [
              `Not seen: the lag of ${row.hidden_standbys === 1 ? 'a standby or subscriber' : `${row.hidden_standbys} standbys or subscribers`}; this role lacks pg_read_all_stats.`,
            ],
    };
  };
}

/**
 * Time to read one row of the table, in ms, as an application would meet it. A lock that makes it wait counts as that time. Of a
 * page by chance, not the first row that is found: where the backfill has passed, rows may have moved to the end, and
 * whatever looks for one from the beginning reads all the pages that they have left.
 */
async function probe(
  lease: LoadScope,
  work: Pick<BackfillWork, 'table'>,
  place: Place | null,
): Promise<number> {
  const row =
    place === null
      ? `SELECT 1 FROM ${quoteName(work.table)} LIMIT 1`
      : `SELECT 1 FROM ONLY ${place.relation} WHERE ctid >= '(${place.page},0)'::tid AND ctid < '(${place.page + 1},0)'::tid LIMIT 1`;
  let began = performance.now();
  let took = 0;
  try {
    await lease.session.sql.begin('read only', async (tx) => {
      await tx.unsafe(
        `SET LOCAL lock_timeout = ${PROBE_LOCK_TIMEOUT_MS}; SET LOCAL statement_timeout = ${STATEMENT_TIMEOUT_MS}`,
      );
      began = performance.now();
      await tx.unsafe(row);
      took = performance.now() - began;
    });
    return took;
  } catch (error) {
    // undefined_table: a partition that has gone since.
    if (sqlStateOf(error) === '42P01' && place !== null) return took;
    if (![LOCK_NOT_AVAILABLE, '57014'].includes(sqlStateOf(error) ?? '')) throw error;
  }
  return performance.now() - began;
}

async function readRow(
  lease: LoadScope,
  stepId: string,
  work: Pick<BackfillWork, 'table'>,
  before: string | null,
  measures: boolean,
): Promise<LoadRow & { readonly mb: number }> {
  const [row] = await lease.session.sql<(LoadRow & { mb: number })[]>`
    WITH RECURSIVE family AS (
      SELECT ${quoteName(work.table)}::regclass::oid AS oid UNION SELECT i.inhrelid FROM family f JOIN pg_inherits i ON i.inhparent = f.oid
    ), now AS (SELECT pg_current_wal_lsn() AS lsn
    ), touching AS MATERIALIZED (SELECT l.* FROM pg_locks l WHERE l.relation IN (SELECT oid FROM family) AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    ), stats AS (SELECT sum(n_dead_tup) AS dead, sum(n_live_tup) AS live, max(greatest(last_vacuum, last_autovacuum)) AS last_vacuum FROM pg_stat_all_tables WHERE relid IN (SELECT oid FROM family))
    SELECT now.lsn::text AS lsn,
      coalesce(pg_wal_lsn_diff(now.lsn, ${before}::pg_lsn), 0)::float8 / 1048576 AS mb,
      (SELECT coalesce(jsonb_agg(jsonb_build_object('name', coalesce(nullif(r.application_name, ''), host(r.client_addr), r.pid::text),
          'lagMs', CASE WHEN r.replay_lsn < now.lsn THEN round(coalesce(extract(epoch FROM r.replay_lag), 0) * 1000) ELSE 0 END,
          'replayed', r.replay_lsn::text,
          'subscriber', EXISTS (SELECT 1 FROM pg_replication_slots s WHERE s.active_pid = r.pid AND s.slot_type = 'logical'))), '[]')
        FROM pg_stat_replication r WHERE r.state IS NOT NULL AND r.state <> 'backup') AS standbys,
      (SELECT count(*) FILTER (WHERE r.state IS NULL)::integer FROM pg_stat_replication r) AS hidden_standbys,
      (SELECT coalesce(jsonb_agg(jsonb_build_object('name', s.slot_name, 'active', s.active, 'retainedMb', round(pg_wal_lsn_diff(now.lsn, s.restart_lsn) / 1048576))), '[]')
        FROM pg_replication_slots s WHERE s.restart_lsn IS NOT NULL) AS slots,
      (SELECT coalesce(jsonb_agg(jsonb_build_object('pid', w.pid, 'user', coalesce(a.usename::text, ''), 'application', coalesce(a.application_name, '')) ORDER BY w.since), '[]')
        FROM (SELECT l.pid, min(l.waitstart) AS since FROM pg_locks l WHERE NOT l.granted AND l.pid IN (SELECT pid FROM touching) GROUP BY l.pid) w
        JOIN pg_stat_activity a ON a.pid = w.pid
        WHERE a.application_name IS NULL OR a.application_name !~ '^segue( |$)') AS waiters,
      (SELECT jsonb_build_object('pid', v.pid, 'automatic', a.backend_type = 'autovacuum worker', 'minutes', coalesce(round((extract(epoch FROM clock_timestamp() - a.xact_start) / 60)::numeric, 1), 0))
        FROM pg_stat_progress_vacuum v LEFT JOIN pg_stat_activity a ON a.pid = v.pid
        WHERE v.pid IN (SELECT pid FROM touching WHERE mode = 'ShareUpdateExclusiveLock' AND granted) LIMIT 1) AS vacuum,
      (SELECT CASE WHEN dead + live > 0 THEN (100.0 * dead / (dead + live))::float8 END FROM stats) AS dead,
      (SELECT to_char(last_vacuum, 'YYYY-MM-DD HH24:MI "UTC"') FROM stats) AS last_vacuum,
      (SELECT CASE WHEN ${measures}::boolean AND b.bytes_at_start > 0 THEN (100.0 * ((SELECT sum(pg_total_relation_size(oid)) FROM family) - b.bytes_at_start) / greatest(b.bytes_at_start, 16777216))::float8 END
        FROM segue.backfills b WHERE b.rollout_id = ${lease.rolloutId} AND b.step_id = ${stepId}) AS growth,
      (SELECT jsonb_build_object('relation', quote_ident(n.nspname) || '.' || quote_ident(c.relname), 'page', floor(random() * c.relpages))
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_am m ON m.oid = c.relam
        WHERE c.oid IN (SELECT oid FROM family) AND c.relkind = 'r' AND m.amname = 'heap' AND c.relpages > 0 ORDER BY c.relpages * random() DESC LIMIT 1) AS place
    FROM now`;
  if (row === undefined) throw new Error('the load query returned no row');
  return row;
}

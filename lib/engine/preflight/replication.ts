import { bytesInWords, listed, type PreflightQuestion } from './question';

const LAG_BYTES = 64 * 1024 * 1024;
const RETAINED_BYTES = 1024 * 1024 * 1024;

/** Standbys that are far behind: a phase ends only when they have replayed it. */
export const replicaLag: PreflightQuestion = {
  id: 'preflight.replica_lag',
  title: 'The standbys keep up',
  ask: async ({ target }) => {
    const rows = await target.sql<{ standby: string; bytes: number; seconds: number | null }[]>`
      SELECT coalesce(nullif(application_name, ''), host(client_addr), 'pid ' || pid) AS standby,
        pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)::double precision AS bytes, extract(epoch FROM replay_lag)::double precision AS seconds
      FROM pg_stat_replication WHERE state <> 'backup' AND replay_lsn IS NOT NULL AND pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn) > ${LAG_BYTES}`;
    if (rows.length === 0) return null;
    return {
      outcome: 'warning',
      summary: `${listed(rows.map((row) => `${row.standby} is ${bytesInWords(row.bytes)} behind`))}. The phase ends when it has caught up.`,
      evidence: rows.map((row) => ({ ...row })),
    };
  },
};

/** Slots that keep much WAL: a backfill writes more of it. */
export const retainedWal: PreflightQuestion = {
  id: 'preflight.slots',
  title: 'No replication slot retains much WAL',
  ask: async ({ target, phase, direction }) => {
    if (direction === 'back' || !phase.steps.some((step) => step.kind === 'backfill')) return null;
    const rows = await target.sql<{ slot: string; active: boolean; bytes: number }[]>`
      SELECT slot_name::text AS slot, active, pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)::double precision AS bytes
      FROM pg_replication_slots WHERE restart_lsn IS NOT NULL AND pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn) > ${RETAINED_BYTES} ORDER BY 3 DESC`;
    if (rows.length === 0) return null;
    return {
      outcome: 'warning',
      summary: `${listed(rows.map((row) => `${row.slot} retains ${bytesInWords(row.bytes)}${row.active ? '' : ' and nobody reads it'}`))}. Copying rows adds to it.`,
      evidence: rows.map((row) => ({ ...row })),
    };
  },
};

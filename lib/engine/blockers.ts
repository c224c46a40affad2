import type { Blocker, BlockerAct } from '@/lib/core/blocker';
import { SegueError } from '@/lib/core/errors';
import { quoteName, type RelationName } from '@/lib/core/sql-text';
import { sqlStateOf, type Target, targetError } from './target';

/** More than can be read; the oldest of them. */
const MOST = 500;

/** Application name of the sessions that work on a rollout, without the epoch. */
const workers = (rolloutId: string) => `segue ${rolloutId} `;

/**
 * Transactions that hold a lock on one of the tables or of their partitions, and those that Segue's own sessions of the
 * rollout wait for now, oldest first; Segue's own apart, and the workers of a parallel query, for their leader has all that
 * they hold. Prepared transactions too. Reads only.
 */
export async function readBlockers(
  target: Target,
  scope: { readonly tables: readonly RelationName[]; readonly rolloutId: string | null },
): Promise<Blocker[]> {
  const rows = await target.sql<Blocker[]>`
    WITH RECURSIVE tables (oid) AS (
      SELECT to_regclass(name)::oid FROM unnest(${scope.tables.map(quoteName)}::text[]) name WHERE to_regclass(name) IS NOT NULL
      UNION SELECT i.inhrelid FROM pg_inherits i JOIN tables t ON i.inhparent = t.oid
    ), held AS (
      SELECT DISTINCT ON (l.pid, l.virtualtransaction) l.pid, l.virtualtransaction, l.mode, l.relation
      FROM pg_locks l JOIN tables t ON t.oid = l.relation
      WHERE l.locktype = 'relation' AND l.granted AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      ORDER BY l.pid, l.virtualtransaction, array_position(ARRAY['AccessExclusiveLock', 'ExclusiveLock', 'ShareRowExclusiveLock', 'ShareLock',
        'ShareUpdateExclusiveLock', 'RowExclusiveLock', 'RowShareLock', 'AccessShareLock'], l.mode)
    ), mine AS (
      SELECT pid FROM pg_stat_activity WHERE starts_with(application_name, ${workers(scope.rolloutId ?? '-')}) AND datname = current_database()
    ), waited_for AS (SELECT DISTINCT b.pid FROM mine, unnest(pg_blocking_pids(mine.pid)) b (pid) WHERE b.pid <> 0
    ), sessions AS (
      SELECT a.pid, CASE
          WHEN a.application_name ~ '^segue( |$)' THEN 'segue'
          WHEN a.backend_type = 'autovacuum worker' THEN CASE WHEN a.query LIKE '%(to prevent wraparound)%' THEN 'wraparound' ELSE 'autovacuum' END
          WHEN a.backend_type IN ('walsender', 'logical replication worker', 'logical replication apply worker', 'logical replication tablesync worker', 'logical replication parallel worker') THEN 'replication'
          WHEN a.backend_type = 'client backend' OR a.backend_type IS NULL THEN 'session' ELSE 'other' END AS kind,
        coalesce(a.usename::text, '') AS "user", coalesce(a.application_name, '') AS application, host(a.client_addr) AS client,
        extract(epoch FROM clock_timestamp() - a.xact_start)::double precision AS "ageSeconds",
        coalesce(a.state, a.backend_type, 'not shown') AS state, coalesce(left(a.query, 300), 'not shown') AS query,
        CASE WHEN h.mode IS NULL THEN '' ELSE upper(trim(regexp_replace(replace(h.mode, 'Lock', ''), '([A-Z])', ' \\1', 'g'))) || ' on ' || h.relation::regclass END AS holds,
        w.pid IS NOT NULL AS "blocksNow", a.backend_start::text AS "backendStart", a.xact_start::text AS "transactionStart"
      FROM pg_stat_activity a LEFT JOIN held h ON h.pid = a.pid LEFT JOIN waited_for w ON w.pid = a.pid
      WHERE (h.pid IS NOT NULL OR w.pid IS NOT NULL) AND a.pid <> pg_backend_pid() AND a.pid NOT IN (SELECT pid FROM mine)
        AND a.backend_type IS DISTINCT FROM 'parallel worker'
    ), prepared AS (
      SELECT NULL::integer AS pid, 'prepared' AS kind, x.owner::text AS "user", x.gid AS application, NULL AS client,
        extract(epoch FROM clock_timestamp() - x.prepared)::double precision AS "ageSeconds", 'prepared' AS state, '' AS query,
        upper(trim(regexp_replace(replace(h.mode, 'Lock', ''), '([A-Z])', ' \\1', 'g'))) || ' on ' || h.relation::regclass AS holds,
        false AS "blocksNow", NULL AS "backendStart", NULL AS "transactionStart"
      FROM held h JOIN pg_locks own ON h.pid IS NULL AND own.pid IS NULL AND own.locktype = 'transactionid' AND own.virtualtransaction = h.virtualtransaction
        JOIN pg_prepared_xacts x ON x.transaction = own.transactionid
    )
    SELECT * FROM sessions WHERE kind <> 'segue' UNION ALL SELECT * FROM prepared
    ORDER BY "blocksNow" DESC, "ageSeconds" DESC NULLS LAST LIMIT ${MOST}`;
  return rows.map((row) => ({ ...row }));
}

export interface EndBlockerInput {
  readonly rolloutId: string;
  readonly tables: readonly RelationName[];
  readonly pid: number;
  readonly backendStart: string;
  readonly transactionStart: string;
  readonly act: BlockerAct;
}

/**
 * Cancels the query of one blocker, or ends its session. The server decides in the same statement: it must still be the
 * same session in the same transaction, still hold one of the tables or be waited for, and be a client's: never
 * replication, autovacuum or Segue itself. Throws `conflict` where it is not, `missing_rights` naming the grant.
 */
export async function endBlocker(target: Target, input: EndBlockerInput): Promise<void> {
  const label = `pid ${input.pid}`;
  try {
    const present = await readBlockers(target, input);
    const known = present.find((blocker) => blocker.pid === input.pid);
    if (known !== undefined && known.kind !== 'session') {
      throw new SegueError('not_allowed', `${label} is no session of an application.`, {
        object: label,
        next: 'Wait until it is done.',
      });
    }
    if (known !== undefined && known.transactionStart === null) {
      throw new SegueError('missing_rights', `Segue’s role may not see the session of ${label}.`, {
        object: label,
        next: 'GRANT pg_read_all_stats and pg_signal_backend to it, or end the session yourself.',
      });
    }
    const [row] = await target.sql<{ done: boolean }[]>`
      SELECT CASE WHEN ${input.act} = 'cancel' THEN pg_cancel_backend(a.pid) ELSE pg_terminate_backend(a.pid) END AS done
      FROM pg_stat_activity a
      WHERE a.pid = ${input.pid} AND ${known !== undefined} AND a.backend_start = ${input.backendStart}::text::timestamptz AND a.xact_start = ${input.transactionStart}::text::timestamptz
        AND a.backend_type = 'client backend' AND a.application_name !~ '^segue( |$)' AND a.pid <> pg_backend_pid()`;
    if (row?.done !== true) {
      throw new SegueError('conflict', `The transaction of ${label} has ended meanwhile.`, {
        object: label,
        next: 'Look at who holds the table now.',
      });
    }
  } catch (error) {
    if (sqlStateOf(error) !== '42501') throw targetError(error, target);
    throw new SegueError('missing_rights', `Segue’s role may not end the session of ${label}.`, {
      object: label,
      next: 'GRANT pg_signal_backend to it (a superuser’s session only a superuser can end), or end it yourself.',
      cause: error,
    });
  }
}

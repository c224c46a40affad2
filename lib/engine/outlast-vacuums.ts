import { quoteName } from '@/lib/core/sql-text';
import { patienceMs } from './lock-ladder';
import type { MoveContext } from './move-context';
import { sqlStateOf } from './target';

/** lock_not_available, insufficient_privilege, undefined_table, deadlock_detected */
const LEFT_TO_THE_LADDER = new Set(['55P03', '42501', '42P01', '40P01']);

/**
 * Asks for a lock on each of these tables ("schema.table") at which a vacuum works, long enough that an autovacuum gives way, and
 * gives it back at once. For a step over several: its own attempts are too short for that, and the table that it waits for
 * with patience is only its first. Each by itself, holding nothing else, and nobody waits behind it.
 */
export async function outlastVacuums(
  context: MoveContext,
  labels: readonly string[],
  deadlockMs: number,
): Promise<void> {
  const { sql } = context.lease.session;
  const tables = context.tables.filter(({ schema, name }) => labels.includes(`${schema}.${name}`));
  const vacuumed = await sql<{ table: string }[]>`
    WITH RECURSIVE family AS (
      SELECT to_regclass(w)::oid AS oid FROM unnest(${tables.map(quoteName)}::text[]) w WHERE to_regclass(w) IS NOT NULL
      UNION SELECT i.inhrelid FROM family f JOIN pg_inherits i ON i.inhparent = f.oid)
    SELECT DISTINCT quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS table
    FROM pg_locks l JOIN family f ON f.oid = l.relation JOIN pg_class c ON c.oid = f.oid JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_stat_progress_vacuum v ON v.pid = l.pid
    WHERE l.granted AND l.mode = 'ShareUpdateExclusiveLock' AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
  for (const { table } of vacuumed) {
    await context.checkpoint();
    try {
      await sql.begin(async (tx) => {
        await tx.unsafe(
          `SET LOCAL lock_timeout = ${patienceMs(deadlockMs)}; LOCK TABLE ONLY ${table} IN SHARE UPDATE EXCLUSIVE MODE`,
        );
      });
    } catch (error) {
      // Against wraparound it stays; a table of somebody else's may be referenced, not locked.
      if (!LEFT_TO_THE_LADDER.has(sqlStateOf(error) ?? '')) throw error;
    }
  }
}

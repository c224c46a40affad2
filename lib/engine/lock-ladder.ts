import type postgres from 'postgres';
import type { Blocker } from '@/lib/core/blocker';
import { blocksWhat } from '@/lib/core/lock-sentence';
import { LOCK_MODES, type StepLock } from '@/lib/core/plan';
import { quoteName, type RelationName } from '@/lib/core/sql-text';

/** Waited for a lock beyond deadlock_timeout, after which PostgreSQL makes an autovacuum give way. */
const AUTOVACUUM_YIELDS_MS = 2000;
/** Less than a statement of a session may take. */
const MOST_PATIENCE_MS = 30_000;

/** The server's deadlock_timeout, in ms: it may be changed while a rollout goes on. */
export async function deadlockTimeoutMs(sql: postgres.ISql): Promise<number> {
  const [row] = await sql<{ ms: number }[]>`
    SELECT (extract(epoch FROM current_setting('deadlock_timeout')::interval) * 1000)::double precision AS ms`;
  return row?.ms ?? 1000;
}

/** How long a SHARE UPDATE EXCLUSIVE lock is waited for, in ms; nobody waits behind it. */
export const patienceMs = (deadlockMs: number): number =>
  Math.min(Math.ceil(deadlockMs) + AUTOVACUUM_YIELDS_MS, MOST_PATIENCE_MS);

/**
 * Lock timeout of an attempt (0-based), in ms: 100, 200, 400 … up to the longest pause that the rollout allows. A transaction over
 * several relations has them all within half of deadlock_timeout, before a client could become the victim; each of its
 * locks is waited for up to a share, however many they are, so that together they keep to the pause.
 */
export function rungMs(attempt: number, maxPauseMs: number, relations: number, deadlockMs = 1000): number {
  const cap = relations > 1 ? Math.min(maxPauseMs, deadlockMs / 2) / relations : maxPauseMs;
  return Math.max(1, Math.floor(Math.min(100 * 2 ** (attempt % 4), cap)));
}

/** Sleep after a failed attempt, in ms, with full jitter: long enough for the queue behind us to drain. */
export function sleepMs(rung: number, random: number): number {
  return Math.round(rung * (1 + 4 * random)) + 50;
}

/** True when a query of the application can have to wait for one of these locks. */
export function blocksAnybody(locks: readonly StepLock[]): boolean {
  return locks.some((lock) => blocksWhat(lock.mode) !== 'nobody');
}

/**
 * A COMMIT that waits, for the disk or for a synchronous standby, keeps its locks meanwhile, so one that holds a strong lock does not wait.
 * The phase's last COMMIT does, and it comes after this one in the WAL: what is reported as done is on the disk and on the standby
 * too. A crash before that loses the step with its record, and the move does it again. Where files are made or go away
 * PostgreSQL waits for the disk by itself (manual, "Asynchronous Commit").
 */
const LOCKS_END_AT_COMMIT = 'SET LOCAL synchronous_commit = off';

/**
 * Statements before a step's own. A SHARE UPDATE EXCLUSIVE lock comes first, with patience: it makes nobody wait, since no
 * query of an application conflicts with it, but it makes a plain autovacuum give way and keeps other schema changes out.
 * Only then the strong lock is asked for, within the short timeout.
 */
export function lockPreamble(
  table: RelationName,
  locks: readonly StepLock[],
  { rung, deadlockMs }: { readonly rung: number; readonly deadlockMs: number },
): string[] {
  // Nobody waits behind us, so there is no timeout: who is in the way is shown, and a person can stop it.
  if (!blocksAnybody(locks)) return ['SET LOCAL lock_timeout = 0', 'SET LOCAL statement_timeout = 0'];
  // A table that the step makes itself is not there yet; its foreign-key parents are.
  const there = locks.some((lock) => lock.relation === `${table.schema}.${table.name}`);
  return [
    ...(there
      ? [
          `SET LOCAL lock_timeout = ${patienceMs(deadlockMs)}`,
          `LOCK TABLE ${quoteName(table)} IN SHARE UPDATE EXCLUSIVE MODE`,
        ]
      : []),
    `SET LOCAL lock_timeout = ${rung}`,
    `SET LOCAL statement_timeout = ${rung + 2000}`,
    LOCKS_END_AT_COMMIT,
  ];
}

/**
 * The same for SQL of the team's own: how long its statements work nobody knows, so each is cut off at the longest pause, its waiting
 * included. A lock that is not free is given up before that: it is waited for again, and is no fault of the statement's.
 */
export function ownSqlPreamble(rung: number, maxPauseMs: number, relations: number): string[] {
  const lockMs = Math.min(rung, Math.floor(maxPauseMs / (Math.max(relations, 1) + 1)));
  return [
    `SET LOCAL lock_timeout = ${Math.max(1, lockMs)}`,
    `SET LOCAL statement_timeout = ${maxPauseMs}`,
    LOCKS_END_AT_COMMIT,
  ];
}

/** A transaction this old will not end within the few seconds of a ladder. */
const OLD_SECONDS = 30;

/**
 * True for a holder that no lock timeout outlasts: a prepared transaction, a vacuum against wraparound, a transaction of
 * half a minute and more; and whose lock conflicts with one of these. Pure.
 */
export function standsFirm(
  blocker: Pick<Blocker, 'kind' | 'ageSeconds' | 'holds'>,
  locks: readonly StepLock[],
): boolean {
  const firm =
    blocker.kind === 'prepared' ||
    blocker.kind === 'wraparound' ||
    (blocker.kind === 'session' && (blocker.ageSeconds ?? 0) >= OLD_SECONDS);
  if (!firm) return false;
  const held = LOCK_MODES.findIndex((mode) => blocker.holds.startsWith(`${mode} on `));
  // Only ACCESS EXCLUSIVE conflicts with what readers hold.
  const exclusive = locks.some(({ mode }) => mode === 'ACCESS EXCLUSIVE');
  return exclusive ? held >= 0 : held >= LOCK_MODES.indexOf('ROW EXCLUSIVE');
}

import type { Blocker } from '@/lib/core/blocker';
import { blocksWhat } from '@/lib/core/lock-sentence';
import { LOCK_MODES, type StepLock } from '@/lib/core/plan';
import { quoteName, type RelationName } from '@/lib/core/sql-text';

/** Longer than PostgreSQL's default deadlock_timeout (1 s), after which a waiting lock makes autovacuum give way. */
const AUTOVACUUM_YIELDS_MS = 3000;
/** Half of the default deadlock_timeout: a transaction over several relations must have them all before a client could become the victim. */
const SEVERAL_RELATIONS_MS = 500;

/** Lock timeout of an attempt (0-based), in ms: 100, 200, 400 … up to the longest pause that the rollout allows. */
export function rungMs(attempt: number, maxPauseMs: number, relations: number): number {
  const cap = relations > 1 ? Math.min(maxPauseMs, SEVERAL_RELATIONS_MS) / relations : maxPauseMs;
  return Math.max(10, Math.floor(Math.min(100 * 2 ** (attempt % 4), cap)));
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
 * A COMMIT that waits for a synchronous standby keeps its locks meanwhile, so one that holds a strong lock does not wait.
 * The phase's last COMMIT does, and it comes after this one in the WAL: what is reported as done is on the standby too.
 */
const LOCKS_END_AT_COMMIT = 'SET LOCAL synchronous_commit = local';

/**
 * Statements before a step's own. A SHARE UPDATE EXCLUSIVE lock comes first, with patience: it makes nobody wait, since no
 * query of an application conflicts with it, but it makes a plain autovacuum give way and keeps other schema changes out.
 * Only then the strong lock is asked for, within the short timeout.
 */
export function lockPreamble(table: RelationName, locks: readonly StepLock[], rung: number): string[] {
  // Nobody waits behind us, so there is no timeout: who is in the way is shown, and a person can stop it.
  if (!blocksAnybody(locks)) return ['SET LOCAL lock_timeout = 0', 'SET LOCAL statement_timeout = 0'];
  // A table that the step makes itself is not there yet; its foreign-key parents are.
  const there = locks.some((lock) => lock.relation === `${table.schema}.${table.name}`);
  return [
    ...(there
      ? [
          `SET LOCAL lock_timeout = ${AUTOVACUUM_YIELDS_MS}`,
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

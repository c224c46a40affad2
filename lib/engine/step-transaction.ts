import { type Blocker, blockersAsEvidence, blockersInWords } from '@/lib/core/blocker';
import { SegueError } from '@/lib/core/errors';
import { LOCK_ATTEMPTS } from '@/lib/core/hold';
import type { Phase, Step, StepLock } from '@/lib/core/plan';
import { type Direction, pauseMs } from '@/lib/core/rollout';
import { readBlockers } from './blockers';
import { guardStep } from './guard-step';
import {
  blocksAnybody,
  deadlockTimeoutMs,
  lockPreamble,
  ownSqlPreamble,
  rungMs,
  sleepMs,
  standsFirm,
} from './lock-ladder';
import type { MoveContext } from './move-context';
import { outlastVacuums } from './outlast-vacuums';
import { sqlStateOf } from './target';
import { watchStatement } from './watch-statement';

/** lock_not_available and deadlock_detected: the two that a second try can cure. */
const RETRY_STATES = new Set(['55P03', '40P01']);

/** query_canceled */
const TIMED_OUT = '57014';

/** Where the whole statement is held to a time, and takes up what it left half-done. */
export const TIMED_STATES: ReadonlySet<string> = new Set([...RETRY_STATES, TIMED_OUT]);

/** The settings that a session began with. */
const AS_AT_FIRST = 'RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL';

/** How long to leave a table alone whose holder will not go away by waiting. */
const FIRM_SLEEP_MS = 1000;

/** What one attempt goes by, in ms. */
export interface Attempt {
  readonly rung: number;
  readonly deadlockMs: number;
  /** Spent on the attempts before. */
  readonly waitedMs: number;
}

/**
 * Calls `attempt` until it has its locks: it must leave nothing half-done that the next call does not take up when it throws that a
 * lock was not free. How often is counted in the target, across slices and workers. Throws `lock_not_had` when a person must
 * decide, and what else `attempt` throws. `retried` are the SQLSTATEs that another try can cure.
 */
export async function untilHad(
  context: MoveContext,
  step: Step,
  locks: readonly StepLock[],
  attempt: (now: Attempt) => Promise<void>,
  retried: ReadonlySet<string> = RETRY_STATES,
): Promise<void> {
  const names = [...new Set(locks.map((lock) => lock.relation))];
  const deadlockMs = await deadlockTimeoutMs(context.lease.session.sql);
  let waitedMs = 0;
  for (let attempts = 0; ; ) {
    await context.checkpoint();
    const rung = rungMs(attempts, pauseMs(context.settings(), names), names.length, deadlockMs);
    const began = performance.now();
    const firm = blocksAnybody(locks) ? await standingFirm(context, locks) : [];
    if (firm.length > 0) {
      // Asking would only make the application queue behind us.
      attempts = await waitForLock(context, step, rung, null, firm);
      await context.sleep(FIRM_SLEEP_MS);
      continue;
    }
    try {
      await attempt({ rung, deadlockMs, waitedMs });
      await context.goOn();
      return;
    } catch (error) {
      if (!retried.has(sqlStateOf(error) ?? '')) throw error;
      waitedMs += performance.now() - began;
      attempts = await waitForLock(context, step, rung, error);
      if (names.length > 1) await outlastVacuums(context, names, deadlockMs);
      const pause = sleepMs(rung, Math.random());
      await context.sleep(pause);
      waitedMs += pause;
    }
  }
}

/**
 * The statements of one step as one transaction with its record, tried until its locks are had; see {@link untilHad}. Not to be
 * called again once it has returned.
 */
export async function migrate(
  context: MoveContext,
  phase: Phase,
  step: Step,
  direction: Direction,
  statements: readonly string[],
): Promise<void> {
  const locks = direction === 'forward' ? step.locks : step.undoLocks;
  const table = direction === 'forward' ? step.table : (step.undoTable ?? step.table);
  const names = new Set(locks.map((lock) => lock.relation));
  const mayBlock = blocksAnybody(locks) || step.ownSql?.locksUnknown === true;
  await guardStep(context, step, statements, true);
  await untilHad(context, step, locks, async ({ rung, deadlockMs, waitedMs }) => {
    const longest = pauseMs(context.settings(), [...names]);
    const preamble =
      step.ownSql !== undefined && mayBlock
        ? ownSqlPreamble(rung, longest, names.size)
        : lockPreamble(table, locks, { rung, deadlockMs });
    const run = () =>
      context.migrator.run(preamble, statements, {
        stepId: step.id,
        phase: phase.number,
        direction,
        lockWaitMs: waitedMs,
      });
    try {
      if (mayBlock) await run();
      else await watchStatement(context, step, await context.migrator.pid(), run);
    } catch (error) {
      const outOfTime = sqlStateOf(error) === TIMED_OUT && step.ownSql !== undefined && mayBlock;
      throw outOfTime ? ranTooLong(step, longest, error) : error;
    }
    // A statement of one's own may have changed what the next step's mean.
    if (step.ownSql !== undefined) await context.migrator.line.sql.unsafe(AS_AT_FIRST);
  });
}

const ranTooLong = (step: Step, maxPauseMs: number, cause: unknown) =>
  new SegueError(
    'step_failed',
    `"${step.title}" was stopped after ${maxPauseMs} ms, the longest pause that is allowed: what it locks nobody else can use meanwhile.`,
    {
      object: step.id,
      next: 'Allow a longer pause in the settings and retry, or roll back and do it in smaller parts.',
      cause,
    },
  );

/** Those who hold a table of these locks and would not let go within any timeout that is allowed. */
async function standingFirm(context: MoveContext, locks: readonly StepLock[]): Promise<readonly Blocker[]> {
  const tables = context.tables.filter(({ schema, name }) =>
    locks.some((lock) => lock.relation === `${schema}.${name}`),
  );
  const blockers = await readBlockers(context.lease.session, { tables, rolloutId: null });
  return blockers.filter((blocker) => standsFirm(blocker, locks));
}

/** Says who holds the table; returns the attempts so far. Throws `lock_not_had` when a person must decide. */
async function waitForLock(
  context: MoveContext,
  step: Step,
  rung: number,
  cause: unknown,
  known?: readonly Blocker[],
): Promise<number> {
  const label = `${step.table.schema}.${step.table.name}`;
  const blockers =
    known ??
    (await readBlockers(context.lease.session, {
      tables: context.tables,
      rolloutId: context.lease.rolloutId,
    }));
  const evidence = blockersAsEvidence(blockers);
  const [attempts = 1] = await context.hold(step.id, [
    {
      kind: 'lock',
      culprit: label,
      message: `the lock on ${label} is not free${blockers.length === 0 ? '' : `: ${blockersInWords(blockers)}`}.`,
      evidence,
    },
  ]);
  await context.emit({
    type: 'lock_wait',
    stepId: step.id,
    attempt: attempts,
    timeoutMs: rung,
    blockers: evidence,
  });
  if (attempts < LOCK_ATTEMPTS) return attempts;
  throw new SegueError(
    'lock_not_had',
    `The lock on "${label}" could not be had in ${LOCK_ATTEMPTS} attempts; the application was never held up longer than ${rung} ms at a time.`,
    {
      object: label,
      next: 'See who holds the table, end that transaction, then retry.',
      evidence: { blockers: evidence },
      cause,
    },
  );
}

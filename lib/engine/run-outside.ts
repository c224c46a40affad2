import { SegueError } from '@/lib/core/errors';
import type { OutsideWork, Phase, Step, StepLock } from '@/lib/core/plan';
import type { Direction } from '@/lib/core/rollout';
import { outsideTransaction, recordOutside } from './build-index';
import { guardStep } from './guard-step';
import { blocksAnybody } from './lock-ladder';
import type { MoveContext } from './move-context';
import { TIMED_STATES, untilHad } from './step-transaction';

/** The catalog's answer to one boolean expression; null where none is given. */
export async function ask(context: MoveContext, expression: string | null): Promise<boolean | null> {
  if (expression === null) return null;
  const rows = await context.lease.session.sql.unsafe<{ answer: boolean | null }[]>(
    `SELECT (${expression}) AS answer`,
  );
  return rows[0]?.answer ?? false;
}

/**
 * For a step whose other direction runs outside a transaction: brings to its end what that direction left half-way, then
 * says whether the effect of this one is there already, because the other had not come to it when it was turned round.
 */
export async function stillStands(
  context: MoveContext,
  step: Step,
  work: OutsideWork,
  direction: Direction,
): Promise<boolean> {
  const locks = direction === 'forward' ? step.undoLocks : step.locks;
  await withItsLocks(context, step, locks, (run) => finishHalfWay(context, work, run));
  return (await ask(context, direction === 'forward' ? work.done : work.undone)) === true;
}

type Run = (statement: string) => Promise<void>;

async function finishHalfWay(context: MoveContext, work: OutsideWork, run: Run): Promise<void> {
  for (const halfWay of [work.resume ?? []].flat()) {
    if ((await ask(context, halfWay.when)) !== true) continue;
    for (const statement of halfWay.sql) await run(statement);
  }
}

/**
 * DETACH … CONCURRENTLY waits for a strong lock on the partition at its end, and FINALIZE keeps it while it waits for old
 * snapshots: whoever uses the partition by its own name queues behind that. So where the locks are strong each statement
 * is held to the pause, and what it leaves half-way is taken up by the next try. Anything else waits as long as it must.
 */
async function withItsLocks(
  context: MoveContext,
  step: Step,
  locks: readonly StepLock[],
  work: (run: Run) => Promise<void>,
): Promise<void> {
  if (!blocksAnybody(locks)) return work((statement) => outsideTransaction(context, step, statement));
  await untilHad(
    context,
    step,
    locks,
    ({ rung }) =>
      work((statement) =>
        outsideTransaction(context, step, statement, { lockMs: rung, statementMs: 2 * rung }),
      ),
    TIMED_STATES,
  );
}

/**
 * Runs statements that cannot run in a transaction: recorded as started, their effect found in the catalog, recorded as
 * done. May be repeated after any interruption; where no effect can be found they are run again.
 */
export async function runOutside(
  context: MoveContext,
  phase: Phase,
  step: Step,
  work: OutsideWork,
  direction: Direction,
): Promise<void> {
  await context.checkpoint();
  await recordOutside(context, phase, step, direction, 'started');
  const effect = direction === 'forward' ? work.done : work.undone;
  const locks = direction === 'forward' ? step.locks : step.undoLocks;
  await withItsLocks(context, step, locks, async (run) => {
    await finishHalfWay(context, work, run);
    if ((await ask(context, effect)) === true) return;
    const statements = direction === 'forward' ? step.sql : step.undo;
    await guardStep(context, step, statements, false);
    for (const statement of statements) await run(statement);
  });
  if ((await ask(context, effect)) === false) {
    throw new SegueError('step_failed', `"${step.title}" ran, but its effect is not in the catalog.`, {
      object: step.id,
      next: 'Look at the table, then retry.',
    });
  }
  await recordOutside(context, phase, step, direction, 'done');
}

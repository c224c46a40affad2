import { SegueError } from '@/lib/core/errors';
import type { OutsideWork, Phase, Step } from '@/lib/core/plan';
import type { Direction } from '@/lib/core/rollout';
import { outsideTransaction, recordOutside } from './build-index';
import { guardStep } from './guard-step';
import type { MoveContext } from './move-context';

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
  await finishHalfWay(context, step, work);
  return (await ask(context, direction === 'forward' ? work.done : work.undone)) === true;
}

async function finishHalfWay(context: MoveContext, step: Step, work: OutsideWork): Promise<void> {
  for (const halfWay of [work.resume ?? []].flat()) {
    if ((await ask(context, halfWay.when)) !== true) continue;
    for (const statement of halfWay.sql) await outsideTransaction(context, step, statement);
  }
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
  await finishHalfWay(context, step, work);
  if ((await ask(context, effect)) !== true) {
    const statements = direction === 'forward' ? step.sql : step.undo;
    await guardStep(context, step, statements, false);
    for (const statement of statements) await outsideTransaction(context, step, statement);
  }
  if ((await ask(context, effect)) === false) {
    throw new SegueError('step_failed', `"${step.title}" ran, but its effect is not in the catalog.`, {
      object: step.id,
      next: 'Look at the table, then retry.',
    });
  }
  await recordOutside(context, phase, step, direction, 'done');
}

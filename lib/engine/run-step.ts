import type { Phase, Step } from '@/lib/core/plan';
import type { Direction } from '@/lib/core/rollout';
import { quoteLiteral } from '@/lib/core/sql-text';
import { putBack } from './backfill/put-back';
import { runBackfill } from './backfill/run-backfill';
import { buildIndex, dropIndex, indexState } from './build-index';
import type { MoveContext } from './move-context';
import { forgetPurged, forgetRetired, isRetired, rememberRetired } from './retired-columns';
import { ask, runOutside, stillStands } from './run-outside';
import { migrate } from './step-transaction';
import { recordAlso } from './steps-done';
import { takeColumnOut } from './take-column-out';

/** Runs one step in one direction. Idempotent: what segue.steps has as done is not done again (the caller looks there). */
export async function runStep(
  context: MoveContext,
  phase: Phase,
  step: Step,
  direction: Direction,
): Promise<void> {
  await context.emit({ type: 'step_started', stepId: step.id, title: step.title, direction });
  if (direction === 'forward') await stepForward(context, phase, step);
  else await stepBack(context, phase, step);
  await context.emit({ type: 'step_done', stepId: step.id, direction });
}

async function stepForward(context: MoveContext, phase: Phase, step: Step): Promise<void> {
  if (step.restores !== undefined) return restore(context, phase, step, 'forward');
  if (step.kind === 'backfill' && step.backfill !== undefined)
    return runBackfill(context, phase, step, step.backfill);
  if (step.kind === 'build_index' && step.index !== undefined)
    return buildIndex(context, phase, step, step.index);
  if (step.kind === 'drop_index' && step.index !== undefined)
    return dropIndex(context, phase, step, step.index, 'forward');
  if (step.outside !== undefined) {
    if (!step.transactional) return runOutside(context, phase, step, step.outside, 'forward');
    if (await stillStands(context, step, step.outside, 'forward'))
      return migrate(context, phase, { ...step, locks: [] }, 'forward', []);
  }
  if (step.keep !== undefined && (await isRetired(context, step))) {
    return migrate(context, phase, step, 'forward', [
      ...step.keep.bringBack,
      forgetRetired(step.keep.table, step.keep.retiredName),
    ]);
  }
  const retires = step.retires === undefined ? [] : [rememberRetired(context, step.retires, 'contract')];
  const forgets = phase.kind === 'purge' ? [forgetPurged(context, step)] : [];
  const others = (step.begins ?? []).map((id) => recordAlso(context.lease, phase, id, 'forward'));
  return migrate(context, phase, step, 'forward', [...step.sql, ...retires, ...forgets, ...others]);
}

async function stepBack(context: MoveContext, phase: Phase, step: Step): Promise<void> {
  if (step.restores !== undefined) return restore(context, phase, step, 'back');
  if (step.backfill?.rows !== undefined || step.backfill?.deletes !== undefined)
    return putBack(context, phase, step, step.backfill);
  if (step.kind === 'backfill') return forgetCursor(context, phase, step);
  if (step.kind === 'drop_index' && step.index !== undefined)
    return buildIndex(context, phase, step, step.index, 'back');
  if (step.index !== undefined) return dropIndex(context, phase, step, step.index);
  if (step.outside !== undefined) {
    if (!step.undoTransactional) return runOutside(context, phase, step, step.outside, 'back');
    if (await stillStands(context, step, step.outside, 'back'))
      return migrate(context, phase, { ...step, undoLocks: [] }, 'back', []);
  }
  if (step.keep !== undefined) return takeColumnOut(context, phase, step);
  const forgets =
    step.retires === undefined ? [] : [forgetRetired(step.retires.table, step.retires.retiredName)];
  const others = (step.alsoUndoes ?? []).map((id) => recordAlso(context.lease, phase, id, 'back'));
  return migrate(context, phase, step, 'back', [...step.undo, ...forgets, ...others]);
}

/** True for a step that restores something that is in place: an interrupted move looks again, and records nothing new. */
export async function isThere(context: MoveContext, step: Step): Promise<boolean> {
  if (step.restores === undefined) return false;
  if (step.index !== undefined) return (await indexState(context, step.index)) === 'valid';
  return (await ask(context, step.restores.there)) === true;
}

/** Makes what is to be there, if it is not: in either direction, since a move may turn round half-way. */
async function restore(context: MoveContext, phase: Phase, step: Step, direction: Direction): Promise<void> {
  if (step.index !== undefined)
    return buildIndex(context, phase, { ...step, sql: step.undo }, step.index, direction);
  if (step.outside !== undefined)
    return runOutside(context, phase, { ...step, sql: step.undo }, step.outside, direction);
  const there = await isThere(context, step);
  const locks = there ? [] : step.undoLocks;
  const statements = there ? [] : step.undo;
  return migrate(context, phase, { ...step, locks, undoLocks: locks }, direction, statements);
}

/** The next pass must look at every row again. */
async function forgetCursor(context: MoveContext, phase: Phase, step: Step): Promise<void> {
  await migrate(context, phase, { ...step, undoLocks: [] }, 'back', [
    `DELETE FROM segue.backfills WHERE rollout_id = ${quoteLiteral(context.lease.rolloutId)} AND step_id = ${quoteLiteral(step.id)}`,
  ]);
}

import type { Phase, Step } from '@/lib/core/plan';
import { quoteName } from '@/lib/core/sql-text';
import { doesNotConvert } from './does-not-convert';
import type { MoveContext } from './move-context';
import { forgetRetired, isRetired, rememberRetired } from './retired-columns';
import { migrate } from './step-transaction';

/**
 * Undo of an added column: renamed away first, so that nobody can write it any more; then, without any lock, looked
 * through for values that exist nowhere else; dropped only where there are none.
 */
export async function takeColumnOut(context: MoveContext, phase: Phase, step: Step): Promise<void> {
  const keep = step.keep;
  if (keep === undefined) return;
  if (!(await isRetired(context, step))) {
    const retireStep: Step = { ...step, id: `${step.id}.retire` };
    await migrate(context, phase, retireStep, 'back', [
      ...keep.retire,
      rememberRetired(
        context,
        { table: keep.table, column: keep.column, retiredName: keep.retiredName },
        'kept',
      ),
    ]);
  }
  const holds = await holdsValues(context, step);
  await context.emit({ type: 'column_taken_out', stepId: step.id, column: keep.column, kept: holds });
  await migrate(
    context,
    phase,
    holds ? { ...step, undoLocks: [] } : { ...step, undoTable: keep.table },
    'back',
    holds ? [] : [...keep.drop, forgetRetired(keep.table, keep.retiredName)],
  );
}

async function holdsValues(context: MoveContext, step: Step): Promise<boolean> {
  const keep = step.keep;
  if (keep === undefined) return false;
  try {
    return await context.lease.session.sql.begin('read only', async (tx) => {
      await tx`SET LOCAL statement_timeout = 0`;
      const rows = await tx.unsafe<{ holds: boolean }[]>(
        `SELECT EXISTS (SELECT 1 FROM ${quoteName(keep.table)} AS t WHERE ${keep.holdsValues}) AS holds`,
      );
      return rows[0]?.holds ?? true;
    });
  } catch (error) {
    // A value that cannot even be converted back is one that only this column holds.
    if (doesNotConvert(error)) return true;
    throw error;
  }
}

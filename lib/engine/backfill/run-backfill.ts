import type { BackfillWork, Phase, Step } from '@/lib/core/plan';
import type { MoveContext } from '../move-context';
import { sqlStateOf } from '../target';
import { readOpenRanges } from './backfill-range';
import { addNewPartitions, addRepairRound, planAgain, recordDone, startBackfill } from './backfill-record';
import { CursorElsewhere } from './key-batch';
import { TABLE_REWRITTEN } from './page-batch';
import { runLanes } from './run-lanes';

/** The pages that were planned are gone; undefined_table: a partition was detached and dropped. */
const PLAN_AGAIN = new Set([TABLE_REWRITTEN, '42P01']);

/**
 * Walks the table and brings each row's column up to date. Rows, cursor and counts of a batch commit together under the
 * lease, so it may be interrupted anywhere and called again: it goes on from its cursors. Rows are taken as they lie on
 * the disk, in ranges that several lanes share.
 */
export async function runBackfill(
  context: MoveContext,
  phase: Phase,
  step: Step,
  work: BackfillWork,
): Promise<void> {
  await startBackfill(context, step, work);
  do {
    await walk(context, step, work);
  } while ((await addNewPartitions(context, step, work)) || (await addRepairRound(context, step, work)));
  await recordDone(context, phase, step);
}

async function walk(context: MoveContext, step: Step, work: BackfillWork): Promise<void> {
  for (;;) {
    const ranges = await readOpenRanges(context.lease.session.sql, context.lease.rolloutId, step.id);
    if (ranges.length === 0) return;
    try {
      await runLanes(context, step, work, ranges);
      return;
    } catch (error) {
      if (error instanceof CursorElsewhere) continue;
      if (!PLAN_AGAIN.has(sqlStateOf(error) ?? '')) throw error;
      await planAgain(context, step, work);
    }
  }
}

import type { CheckSpec, Phase } from '@/lib/core/plan';
import { quoteName } from '@/lib/core/sql-text';
import type { MoveContext } from '../move-context';
import { fenced } from '../move-state';

/**
 * After a phase failed at its end: the copies into a table whose rows a check found to differ are open again, so that trying
 * again walks all their rows once more. Updates and deletes of the team's own are not: they ask for no state of the rows.
 * True when there is such a copy. May be repeated.
 */
export async function reopenBackfills(
  context: MoveContext,
  phase: Phase,
  failed: readonly CheckSpec[],
): Promise<boolean> {
  const tables = failed.flatMap(({ work }) =>
    work.kind === 'mismatches' || work.kind === 'null_rows' || work.kind === 'sync_in_place'
      ? [quoteName(work.table)]
      : [],
  );
  const steps = phase.steps.filter(
    ({ backfill }) =>
      backfill !== undefined &&
      backfill.rows === undefined &&
      backfill.deletes === undefined &&
      tables.includes(quoteName(backfill.table)),
  );
  if (steps.length === 0) return false;
  const ids = steps.map((step) => step.id);
  await fenced(
    context.lease,
    (tx) =>
      tx`UPDATE segue.backfills SET done = false WHERE rollout_id = ${context.lease.rolloutId} AND step_id = ANY (${ids}::text[])`,
  );
  return true;
}

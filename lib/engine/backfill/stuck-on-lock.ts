import { blockersAsEvidence } from '@/lib/core/blocker';
import { SegueError } from '@/lib/core/errors';
import type { BackfillWork } from '@/lib/core/plan';
import { readBlockers } from '../blockers';
import type { MoveContext } from '../move-context';

/** The error that ends a backfill which gave way to the same lock for minutes, with whoever holds it. */
export async function stuckOnLock(
  context: MoveContext,
  work: BackfillWork,
  cause: unknown,
): Promise<SegueError> {
  const label = `${work.table.schema}.${work.table.name}`;
  const blockers = await readBlockers(context.lease.session, {
    tables: [work.table],
    rolloutId: context.lease.rolloutId,
  });
  return new SegueError(
    'lock_not_had',
    `A row of "${label}" has been locked by another transaction for too long.`,
    {
      object: label,
      next: 'See who holds it, end that transaction, then retry: the backfill goes on from its cursor.',
      evidence: { blockers: blockersAsEvidence(blockers) },
      cause,
    },
  );
}

import { requestedPhase } from '@/lib/core/rollout-moves';
import { findRollout } from '@/lib/engine/rollouts';
import type { Target } from '@/lib/engine/target';
import type { StoredDatabase } from '@/lib/store/databases';
import { findOpenRun, openRun, requeueRun } from '@/lib/store/runs';
import { findTransitionOfRollout } from '@/lib/store/transitions';
import { withRolloutLock } from './rollout-lock';
import type { ServiceContext } from './service-context';
import { targetIdOf } from './target-id';

/**
 * Gives a move that the target has open a run here, where it lost its own: the process died between the target's commit and
 * ours, or one of the two databases was restored. The target says what is true. Does nothing while a run is open.
 */
export async function adoptMove(
  context: ServiceContext,
  database: StoredDatabase,
  rolloutId: string,
  target: Target,
): Promise<void> {
  const before = await findOpenRun(context.control, rolloutId);
  if (before !== null && before.state !== 'paused') return;
  const runId = await withRolloutLock(context, rolloutId, async (tx) => {
    const record = await findTransitionOfRollout(tx, rolloutId);
    if (record === null || record.database.id !== database.id) return null;
    const fact = await findRollout(target, { id: targetIdOf(record.rollout) });
    if (fact === null || fact.direction === null) return null;
    if (!['running', 'held', 'pausing'].includes(fact.activity)) return null;
    const open = await findOpenRun(tx, rolloutId);
    if (open?.state === 'paused') return requeueRun(tx, rolloutId);
    const phase = requestedPhase({ ...fact, phaseCount: fact.plan.phases.length }, fact.direction);
    if (open !== null || phase === null) return null;
    const run = await openRun(tx, {
      rolloutId,
      direction: fact.direction,
      phase,
      actorId: null,
      words: [],
      acknowledged: [],
    });
    return run?.id ?? null;
  });
  if (runId !== null) await context.queue.enqueue(runId);
}

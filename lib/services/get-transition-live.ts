import type { Actor } from '@/lib/core/available-actions';
import { listActsOf } from '@/lib/store/acts';
import { listRuns } from '@/lib/store/runs';
import type { TransitionRecord } from '@/lib/store/transitions';
import type { TransitionLive } from '@/lib/views/transition-view';
import { buildLive } from './build-live';
import { readRollout } from './read-rollout';
import { requireTransition } from './require-record';
import type { ServiceContext } from './service-context';

/** What is live of a transition; polled. Throws `not_found`; an unreachable target is told inside. */
export async function getTransitionLive(
  context: ServiceContext,
  id: string,
  actor: Actor | null,
): Promise<TransitionLive> {
  return liveOf(context, await requireTransition(context.control, id), actor);
}

/** The same for a record that was read already. */
export async function liveOf(
  context: ServiceContext,
  record: TransitionRecord,
  actor: Actor | null,
): Promise<TransitionLive> {
  const [state, acts, runs] = await Promise.all([
    readRollout(context, record, { progress: true, fresh: false }),
    listActsOf(context.control, record.transition.id),
    listRuns(context.control, record.rollout.id),
  ]);
  return buildLive(state, acts, runs, actor);
}

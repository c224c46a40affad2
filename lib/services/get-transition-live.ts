import type { Actor } from '@/lib/core/available-actions';
import { listActsOf } from '@/lib/store/acts';
import { listRuns } from '@/lib/store/runs';
import type { TransitionRecord } from '@/lib/store/transitions';
import type { TransitionLive } from '@/lib/views/transition-view';
import { buildLive } from './build-live';
import { getProof } from './get-proof';
import { type RolloutState, readRollout } from './read-rollout';
import { requireTransition } from './require-record';
import type { ServiceContext } from './service-context';

/** What is live of a transition; polled. Throws `not_found`; an unreachable target is told inside. */
export async function getTransitionLive(
  context: ServiceContext,
  id: string,
  actor: Actor | null,
): Promise<TransitionLive> {
  const { live } = await readLive(context, await requireTransition(context.control, id), actor);
  return live;
}

/** The same of a record that was read already, with the state it was made of. */
export async function readLive(
  context: ServiceContext,
  record: TransitionRecord,
  actor: Actor | null,
): Promise<{ readonly live: TransitionLive; readonly state: RolloutState }> {
  const [state, acts, runs] = await Promise.all([
    readRollout(context, record, { progress: true, fresh: false }),
    listActsOf(context.control, record.transition.id),
    listRuns(context.control, record.rollout.id),
  ]);
  const proof = await getProof(context, record, state);
  return { live: buildLive(state, acts, runs, actor, proof), state };
}

import type { Actor } from '@/lib/core/available-actions';
import { abandonRollout } from '@/lib/engine/rollouts';
import { recordAct } from '@/lib/store/acts';
import { cacheFact } from '@/lib/store/rollouts';
import { setTransitionState } from '@/lib/store/transitions';
import { readRollout } from './read-rollout';
import { requireAllowed } from './require-allowed';
import { requireTransition } from './require-record';
import { withRolloutLock } from './rollout-lock';
import type { ServiceContext } from './service-context';
import { conflictError } from './who-won';

/**
 * Gives up a transition that is at its start, or that its database does not know any more. `not_allowed` while anything of
 * it is in the database.
 */
export async function abandonTransition(
  context: ServiceContext,
  actor: Actor,
  input: { id: string; version: number },
): Promise<void> {
  const { rollout } = await requireTransition(context.control, input.id);
  await withRolloutLock(context, rollout.id, async (tx) => {
    const record = await requireTransition(tx, input.id);
    const state = await readRollout(context, record, { progress: false, fresh: true });
    requireAllowed(state, 'abandon', actor);
    if (state.version !== input.version) throw await conflictError(tx, record.transition);
    const { fact } = state;
    if (fact !== null) {
      await context.targets.use(record.database, (target) =>
        abandonRollout(target, { rolloutId: fact.id, expectedVersion: fact.version, actor }),
      );
    }
    const { fact: seen, plan } = record.rollout;
    if (state.forgotten && seen !== null) {
      // Older than anything: should a database come back that knows it, that one counts again.
      const nothing = {
        version: 0,
        position: 0,
        direction: null,
        movingPhase: null,
        activity: 'idle',
        error: null,
      } as const;
      await cacheFact(tx, rollout.id, { ...seen, ...nothing, plan, ended: 'abandoned' }, null, {
        settles: true,
      });
    }
    await setTransitionState(tx, { id: record.transition.id, state: 'abandoned' });
    await recordAct(tx, {
      actor,
      action: 'abandon',
      object: record.transition.name,
      transitionId: record.transition.id,
      databaseId: record.database.id,
    });
  });
}

import type { Actor } from '@/lib/core/available-actions';
import { SegueError } from '@/lib/core/errors';
import { takeOverRollout } from '@/lib/engine/rollouts';
import { recordAct } from '@/lib/store/acts';
import { cacheFact } from '@/lib/store/rollouts';
import { readRollout, versionToken } from './read-rollout';
import { requireTransition } from './require-record';
import { withRolloutLock } from './rollout-lock';
import type { ServiceContext } from './service-context';

/** Makes this dashboard the driver of a rollout that was started from the command line. It still needs an approval to advance. */
export async function takeOver(
  context: ServiceContext,
  actor: Actor,
  input: { id: string },
): Promise<{ version: number }> {
  const { rollout } = await requireTransition(context.control, input.id);
  return withRolloutLock(context, rollout.id, async (tx) => {
    const record = await requireTransition(tx, input.id);
    const state = await readRollout(context, record, { progress: false, fresh: true });
    const { fact } = state;
    const { name, id } = record.transition;
    if (fact === null || !state.managedElsewhere) {
      throw new SegueError('not_allowed', `"${name}" is not driven from elsewhere.`, {
        object: name,
        next: state.databaseError ?? 'Go on here.',
      });
    }
    const taken = await context.targets.use(record.database, (target) =>
      takeOverRollout(target, { rolloutId: fact.id, managedBy: context.instanceId, actor }),
    );
    await recordAct(tx, {
      actor,
      action: 'take_over',
      object: name,
      transitionId: id,
      databaseId: record.database.id,
    });
    await cacheFact(tx, record.rollout.id, taken, null);
    return { version: versionToken(record.transition.version, taken) };
  });
}

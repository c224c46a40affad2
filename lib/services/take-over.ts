import type { Actor } from '@/lib/core/available-actions';
import { SegueError } from '@/lib/core/errors';
import { takeOverRollout } from '@/lib/engine/rollouts';
import { recordAct } from '@/lib/store/acts';
import { cacheFact } from '@/lib/store/rollouts';
import { readRollout, versionToken } from './read-rollout';
import { requireAllowed } from './require-allowed';
import { requireTransition } from './require-record';
import { withRolloutLock } from './rollout-lock';
import type { ServiceContext } from './service-context';

/** Makes this dashboard the driver of a rollout that was started from the command line. It still needs an approval to advance. */
export function takeOver(
  context: ServiceContext,
  actor: Actor,
  input: { id: string },
): Promise<{ version: number }> {
  return changeDriver(context, actor, input, 'take_over');
}

/** Lets the command line drive a rollout that this dashboard has driven. */
export function handOver(
  context: ServiceContext,
  actor: Actor,
  input: { id: string },
): Promise<{ version: number }> {
  return changeDriver(context, actor, input, 'hand_over');
}

async function changeDriver(
  context: ServiceContext,
  actor: Actor,
  input: { id: string },
  action: 'take_over' | 'hand_over',
): Promise<{ version: number }> {
  const { rollout } = await requireTransition(context.control, input.id);
  return withRolloutLock(context, rollout.id, async (tx) => {
    const record = await requireTransition(tx, input.id);
    const state = await readRollout(context, record, { progress: false, fresh: true });
    requireAllowed(state, action, actor);
    const { fact } = state;
    const { name, id } = record.transition;
    if (fact === null) throw new SegueError('internal', `"${name}" has no fact.`);
    const managedBy = action === 'take_over' ? context.instanceId : null;
    const taken = await context.targets.use(record.database, (target) =>
      takeOverRollout(target, { rolloutId: fact.id, managedBy, actor }),
    );
    await recordAct(tx, {
      actor,
      action,
      object: name,
      transitionId: id,
      databaseId: record.database.id,
    });
    await cacheFact(tx, record.rollout.id, taken, null, { settles: state.restored !== null });
    return { version: versionToken(record.transition.version, taken) };
  });
}

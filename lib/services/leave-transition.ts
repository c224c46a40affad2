import { z } from 'zod';
import type { Actor } from '@/lib/core/available-actions';
import { SegueError } from '@/lib/core/errors';
import { describeLeft } from '@/lib/engine/examine/describe-left';
import { leaveRollout } from '@/lib/engine/rollouts';
import { recordAct } from '@/lib/store/acts';
import { cacheFact } from '@/lib/store/rollouts';
import { requeueRun } from '@/lib/store/runs';
import { readRollout } from './read-rollout';
import { requireAllowed } from './require-allowed';
import { requireTransition } from './require-record';
import { withRolloutLock } from './rollout-lock';
import type { ServiceContext } from './service-context';
import { conflictError } from './who-won';

export const leaveInput = z.strictObject({
  id: z.uuid(),
  version: z.number().int(),
  /** The transition's name, typed by a person. */
  typedName: z.string(),
});

/**
 * Ends a transition where it stands and leaves what is in the database: triggers go on working, both columns stay. Refused with
 * `confirmation_missing` without its name, with `conflict`, `not_allowed`. There is no way back to it.
 */
export async function leaveTransition(
  context: ServiceContext,
  actor: Actor,
  input: z.output<typeof leaveInput>,
): Promise<void> {
  const { rollout } = await requireTransition(context.control, input.id);
  const runId = await withRolloutLock(context, rollout.id, async (tx) => {
    const record = await requireTransition(tx, input.id);
    const { name } = record.transition;
    const state = await readRollout(context, record, { progress: false, fresh: true });
    requireAllowed(state, 'leave', actor);
    if (state.version !== input.version) throw await conflictError(tx, record.transition);
    if (input.typedName.trim() !== name)
      throw new SegueError('confirmation_missing', `Type the name of the transition, "${name}".`, {
        object: name,
        next: 'What is left in the database stays there.',
      });
    const { fact } = state;
    if (fact === null) throw new SegueError('internal', `"${name}" has no fact.`);
    const left = await context.targets.use(record.database, async (target) => {
      const words = await describeLeft(target, fact);
      const ended = await leaveRollout(target, {
        rolloutId: fact.id,
        expectedVersion: fact.version,
        actor,
        left: words,
      });
      await cacheFact(tx, record.rollout.id, ended, null, { settles: state.restored !== null });
      return words;
    });
    await recordAct(tx, {
      actor,
      action: 'leave',
      object: name,
      transitionId: record.transition.id,
      databaseId: record.database.id,
      detail: { left },
    });
    return requeueRun(tx, rollout.id);
  });
  // A paused run finds its move ended, and ends.
  if (runId !== null) await context.queue.enqueue(runId);
}

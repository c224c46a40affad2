import { SegueError } from '@/lib/core/errors';
import type { RolloutFact } from '@/lib/core/rollout';
import { takeOverRollout } from '@/lib/engine/rollouts';
import type { Target } from '@/lib/engine/target';
import { cliActor } from './cli-actor';

/** Refuses a rollout that a dashboard manages, unless the caller takes it over, which is recorded. */
export async function requireUnmanaged(
  target: Target,
  rollout: RolloutFact,
  takesOver: boolean,
): Promise<RolloutFact> {
  if (rollout.managedBy === null) return rollout;
  if (takesOver)
    return takeOverRollout(target, { rolloutId: rollout.id, managedBy: null, actor: cliActor() });
  throw new SegueError('managed_elsewhere', `A dashboard manages the transition "${rollout.name}".`, {
    object: rollout.name,
    next: 'Move it there, or add --take-over.',
  });
}

import { SegueError } from '@/lib/core/errors';
import { requireRollout } from '@/lib/engine/rollouts';
import type { CommandInput } from '../main';
import { moveTo } from '../move-to';
import { readTransitionFile } from '../read-transition-file';
import { requireUnmanaged } from '../require-unmanaged';
import { requireDatabase, withTarget } from '../with-target';
import { requireSameOperations } from './advance';
import { requireFile } from './plan';

/** `segue rollback <file>`: out of a half-done phase to its start, else one phase back, or down to `--to`. */
export async function rollback({ files, options, cwd }: CommandInput): Promise<0 | 1 | 2 | 3> {
  const spec = await readTransitionFile(requireFile(files), cwd);
  return withTarget(requireDatabase(options.database), async (target) => {
    const rollout = await requireRollout(target, { name: spec.name });
    if (rollout.position > 0 || rollout.direction !== null) requireSameOperations(rollout, spec);
    const managed = await requireUnmanaged(target, rollout, options['take-over'] === true);
    const halfDone = managed.direction !== null && managed.movingPhase === managed.position + 1;
    const goal =
      options.to === undefined
        ? Math.max(0, halfDone ? managed.position : managed.position - 1)
        : Number(options.to);
    if (!Number.isInteger(goal) || goal < 0 || goal > managed.plan.phases.length) {
      throw new SegueError('invalid_input', `--to ${options.to} is no position of this plan.`, {
        object: '--to',
        next: `Give a number from 0 to ${managed.plan.phases.length}.`,
      });
    }
    return moveTo(target, managed, {
      direction: 'back',
      goal,
      json: options.json === true,
      waivesRetention: false,
      accept: options.accept ?? [],
    });
  });
}

import { SegueError } from '@/lib/core/errors';
import type { TransitionSpec } from '@/lib/core/operation';
import type { RolloutFact } from '@/lib/core/rollout';
import { planTransition } from '@/lib/engine/plan-transition';
import { acceptDrift, findRollout, fixPlan } from '@/lib/engine/rollouts';
import type { Target } from '@/lib/engine/target';
import { canonicalJson } from '@/lib/planner/digest';
import { cliActor } from '../cli-actor';
import type { CommandInput } from '../main';
import { moveTo } from '../move-to';
import { readTransitionFile } from '../read-transition-file';
import { requireUnmanaged } from '../require-unmanaged';
import { requireDatabase, withTarget } from '../with-target';
import { requireFile } from './plan';

/** `segue advance <file>`: one phase, or up to `--to`. The caller's word that the deploy notes' code is live. */
export async function advance({ files, options, cwd }: CommandInput): Promise<0 | 1 | 2 | 3> {
  const spec = await readTransitionFile(requireFile(files), cwd);
  return withTarget(requireDatabase(options.database), async (target) => {
    const rollout = await prepare(target, spec);
    const managed = await requireUnmanaged(target, rollout, options['take-over'] === true);
    if (options['accept-drift'] === true)
      await acceptDrift(target, { rolloutId: managed.id, actor: cliActor() });
    const goal = goalOf(managed, options.to, options.purge === true);
    return moveTo(target, managed, {
      direction: 'forward',
      goal,
      json: options.json === true,
      waivesRetention: options.purge === true,
      accept: options.accept ?? [],
    });
  });
}

/** The rollout as the target knows it; planned and fixed now if it has not started. A started one keeps its plan. */
async function prepare(target: Target, spec: TransitionSpec): Promise<RolloutFact> {
  const known = await findRollout(target, { name: spec.name });
  if (known !== null && (known.position > 0 || known.direction !== null)) {
    requireSameOperations(known, spec);
    return known;
  }
  const plan = await planTransition(target, spec);
  return fixPlan(target, { plan, managedBy: known?.managedBy ?? null });
}

/** A file with other operations under the name of a started transition is somebody's mistake. */
export function requireSameOperations(known: RolloutFact, spec: TransitionSpec): void {
  if (
    canonicalJson(known.plan.operations) === canonicalJson(spec.operations) &&
    known.plan.dualWrite === spec.dualWrite
  )
    return;
  throw new SegueError(
    'other_operations',
    `The transition "${spec.name}" has started with other operations in this database.`,
    { object: spec.name, next: 'Roll it back to the start first, or give this transition another name.' },
  );
}

function goalOf(rollout: RolloutFact, to: string | undefined, purge: boolean): number {
  const phases = rollout.plan.phases;
  if (to === undefined) return Math.min(rollout.position + 1, phases.length);
  if (to === 'end') return phases.at(-1)?.kind === 'purge' && !purge ? phases.length - 1 : phases.length;
  const position = Number(to);
  if (Number.isInteger(position) && position >= 0 && position <= phases.length) return position;
  throw new SegueError('invalid_input', `--to ${to} is no position of this plan.`, {
    object: '--to',
    next: `Give a number from 0 to ${phases.length}, or "end".`,
  });
}

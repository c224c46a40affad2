import { SegueError } from '@/lib/core/errors';
import type { TransitionSpec } from '@/lib/core/operation';
import type { Plan } from '@/lib/core/plan';
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
    const { position, plan, rollout } = await prepare(target, spec, options.accept ?? []);
    // Before anything is written: wrong usage changes nothing.
    const goal = goalOf(position, plan, options.to, options.purge === true);
    const fixed = await rollout();
    const managed = await requireUnmanaged(target, fixed, options['take-over'] === true);
    if (options['accept-drift'] === true)
      await acceptDrift(target, { rolloutId: managed.id, actor: cliActor() });
    return moveTo(target, managed, {
      direction: 'forward',
      goal,
      json: options.json === true,
      waivesRetention: options.purge === true,
      accept: options.accept ?? [],
    });
  });
}

interface Prepared {
  readonly position: number;
  readonly plan: Plan;
  /** The rollout as the target knows it; the plan of one that has not started is written into the target here. */
  readonly rollout: () => Promise<RolloutFact>;
}

/** A started rollout keeps its plan; one that has not is planned now. Writes nothing. */
async function prepare(target: Target, spec: TransitionSpec, accept: readonly string[]): Promise<Prepared> {
  const known = await findRollout(target, { name: spec.name });
  if (known !== null && (known.position > 0 || known.direction !== null)) {
    requireSameOperations(known, spec);
    return { position: known.position, plan: known.plan, rollout: async () => known };
  }
  const plan = await planTransition(target, spec);
  return {
    position: 0,
    plan,
    rollout: () => fixPlan(target, { plan, managedBy: known?.managedBy ?? null, acknowledged: accept }),
  };
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

function goalOf(position: number, plan: Plan, to: string | undefined, purge: boolean): number {
  const { phases } = plan;
  if (to === undefined) return Math.min(position + 1, phases.length);
  if (to === 'end') return phases.at(-1)?.kind === 'purge' && !purge ? phases.length - 1 : phases.length;
  return requirePosition(to, phases.length, ', or "end"');
}

/** `--to` as a position of the plan. Throws `invalid_input`. */
export function requirePosition(to: string, phases: number, others: string): number {
  const position = /^\d{1,4}$/.test(to) ? Number(to) : Number.NaN;
  if (position >= 0 && position <= phases) return position;
  throw new SegueError('invalid_input', `--to ${to} is no position of this plan.`, {
    object: '--to',
    next: `Give a number from 0 to ${phases}${others}.`,
  });
}

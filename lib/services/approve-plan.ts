import type { Actor } from '@/lib/core/available-actions';
import { SegueError } from '@/lib/core/errors';
import type { Plan } from '@/lib/core/plan';
import { bindingOf } from '@/lib/engine/binding';
import { acceptDrift } from '@/lib/engine/rollouts';
import { recordAct } from '@/lib/store/acts';
import { addApproval } from '@/lib/store/approvals';
import type { ControlQueries } from '@/lib/store/control-db';
import { cacheFact, replacePlan } from '@/lib/store/rollouts';
import type { TransitionRecord } from '@/lib/store/transitions';
import { keepSchemaBefore } from './keep-schema-before';
import { planForDatabase } from './plan-for-database';
import { hasMoved, readRollout } from './read-rollout';
import { requireAllowed } from './require-allowed';
import { requireTransition } from './require-record';
import { withRolloutLock } from './rollout-lock';
import type { ServiceContext } from './service-context';

export interface ApproveInput {
  readonly id: string;
  /** The plan that the person reviewed. */
  readonly planDigest: string;
  readonly note?: string;
}

/**
 * Approves exactly the plan that was reviewed, against the schema as it is now. Throws `drift` when the schema asks for
 * another plan by now: the new one is stored, to be reviewed; `conflict` when the draft was edited since. Approving a
 * rollout that has moved accepts what changed in the schema as its new expectation. Runs nothing.
 */
export async function approvePlan(context: ServiceContext, actor: Actor, input: ApproveInput): Promise<void> {
  const { rollout } = await requireTransition(context.control, input.id);
  const replanned = await withRolloutLock(context, rollout.id, (tx) => approve(context, tx, actor, input));
  // Thrown outside, so that the new plan stays stored.
  if (replanned !== null) throw replanned;
}

async function approve(
  context: ServiceContext,
  tx: ControlQueries,
  actor: Actor,
  input: ApproveInput,
): Promise<SegueError | null> {
  const record = await requireTransition(tx, input.id);
  const { transition, database, rollout } = record;
  const state = await readRollout(context, record, { progress: false, fresh: true });
  requireAllowed(state, 'approve', actor);
  if (state.standing.activity !== 'idle') {
    // Half-way through a phase the schema is neither what was there before nor what will be: there is nothing to bind to.
    throw new SegueError('not_allowed', `"${transition.name}" is between two phases.`, {
      object: transition.name,
      next: 'Let it come to rest, or roll the phase back, then approve.',
    });
  }
  if (input.planDigest !== state.plan.digest) {
    throw new SegueError('conflict', `The plan of "${transition.name}" changed since you looked at it.`, {
      object: transition.name,
      next: 'Review the plan as it is now.',
    });
  }
  const { fact, standing } = state;
  if (!hasMoved(standing)) {
    const plan = await planForDatabase(context, database, transition.spec);
    if (plan.digest !== state.plan.digest) return storeNewPlan(tx, record, plan);
  }
  const binding = await context.targets.use(database, (target) =>
    bindingOf(target, state.plan, standing.position),
  );
  const again = state.approval.state === 'void';
  // The target's own record of what the present position expects: the engine looks there.
  if (fact !== null && fact.digest === state.plan.digest) {
    await context.targets.use(database, (target) => acceptDrift(target, { rolloutId: fact.id, actor }));
  }
  await addApproval(tx, {
    rolloutId: rollout.id,
    actorId: actor.id,
    planDigest: state.plan.digest,
    bindingDigest: binding.digest,
    bindingFacts: binding.facts,
    position: standing.position,
    note: input.note ?? null,
  });
  if (fact !== null && state.restored !== null)
    await cacheFact(tx, rollout.id, fact, null, { settles: true });
  if (!hasMoved(standing)) await keepSchemaBefore(context, tx, record);
  await recordAct(tx, {
    actor,
    action: again ? 'approve_again' : 'approve',
    object: transition.name,
    transitionId: transition.id,
    databaseId: database.id,
    detail: { planDigest: state.plan.digest, changes: state.approval.changes, note: input.note ?? '' },
  });
  return null;
}

async function storeNewPlan(
  tx: ControlQueries,
  { transition, rollout, database }: TransitionRecord,
  plan: Plan,
): Promise<SegueError> {
  await replacePlan(tx, rollout.id, plan);
  await recordAct(tx, {
    actor: null,
    action: 'replan',
    object: transition.name,
    transitionId: transition.id,
    databaseId: database.id,
  });
  return new SegueError('drift', `The schema of "${database.name}" changed, and with it the plan.`, {
    object: transition.name,
    next: 'Review the new plan, then approve it.',
  });
}

import { type TransitionFile, toTransitionSpec, transitionFileSchema } from '@/lib/core/operation';
import type { RolloutFact, RolloutSettings } from '@/lib/core/rollout';
import { planTransition } from '@/lib/engine/plan-transition';
import { fixPlan } from '@/lib/engine/rollouts';
import type { Target } from '@/lib/engine/target';

/** Plans a transition of these operations and writes it into the target. */
export async function fixRollout(
  target: Target,
  name: string,
  operations: TransitionFile['operations'],
  settings: Partial<RolloutSettings> = {},
): Promise<RolloutFact> {
  const spec = toTransitionSpec(transitionFileSchema.parse({ name, operations }));
  return fixPlan(target, { plan: await planTransition(target, spec), managedBy: null, settings });
}

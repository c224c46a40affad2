import { statusOf } from '@/lib/core/rollout';
import { listRollouts } from '@/lib/engine/rollouts';
import type { CommandInput } from '../main';
import { printJson, printLine } from '../output';
import { requireDatabase, withTarget } from '../with-target';

/** `segue status`: every transition that the database knows. */
export async function status({ options }: CommandInput): Promise<0> {
  const rollouts = await withTarget(requireDatabase(options.database), listRollouts);
  const transitions = rollouts.map((rollout) => ({
    name: rollout.name,
    digest: rollout.digest,
    position: rollout.position,
    phases: rollout.plan.phases.length,
    state: statusOf(rollout),
    error: rollout.error,
    retainedUntil: rollout.retainedUntil,
    managedBy: rollout.managedBy,
  }));
  if (options.json === true) printJson({ transitions });
  else if (transitions.length === 0) printLine('No transition in this database.');
  else
    for (const each of transitions) printLine(`${each.name}  ${each.position}/${each.phases}  ${each.state}`);
  return 0;
}

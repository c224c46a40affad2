import type { RolloutFact } from '@/lib/core/rollout';
import { transitionTag } from '@/lib/planner/names';
import type { Target } from '../target';
import { readSegueObjects } from './read-examination';

/** What would stay in the database if a rollout ended where it stands, a line each. */
export async function describeLeft(
  target: Target,
  rollout: Pick<RolloutFact, 'name' | 'plan' | 'position' | 'movingPhase'>,
): Promise<string[]> {
  const tag = transitionTag(rollout.name);
  const objects = (await readSegueObjects(target)).filter((object) => object.name.includes(tag));
  const reached = Math.max(rollout.position, rollout.movingPhase ?? 0);
  const phases = rollout.plan.phases.slice(0, reached).map((phase) => phase.title);
  return [
    `what ${phases.join(', ')} did to ${rollout.plan.tables.map((table) => `${table.schema}.${table.name}`).join(', ')}`,
    ...objects.map(
      (object) => `${object.kind} ${object.name}${object.table === null ? '' : ` on ${object.table}`}`,
    ),
  ];
}

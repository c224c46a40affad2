import type { CheckResult } from '@/lib/core/check-result';
import type { RolloutFact } from '@/lib/core/rollout';
import { runCheck, saveCheck } from './checks/run-check';
import { type Target, targetError } from './target';
import { writeIntent } from './write-intent';

/** While a rollout rests here, what its Sync installed must stay in place. Retire takes it apart. */
const WATCHED = new Set(['dual_write', 'switch']);

/**
 * Answers the watch checks of a rollout that rests, and keeps the answers; those of Sync hold through Switch. Does
 * nothing where there are none, or where it began to move meanwhile. May be called often, by several at once.
 */
export async function watchRollout(target: Target, fact: RolloutFact): Promise<readonly CheckResult[]> {
  const here = fact.plan.phases[fact.position - 1];
  if (fact.direction !== null || fact.ended !== null || here === undefined || !WATCHED.has(here.kind))
    return [];
  const phase = fact.plan.phases
    .slice(0, fact.position)
    .findLast(({ watchChecks }) => watchChecks.length > 0);
  if (phase === undefined) return [];
  try {
    const results: CheckResult[] = [];
    for (const spec of phase.watchChecks) {
      const scope = {
        target,
        rolloutId: fact.id,
        transition: fact.name,
        waivesRetention: false,
        checkpoint: async () => undefined,
      };
      results.push((await runCheck(scope, spec, phase.number, 'watch')).result);
    }
    return await writeIntent(target, async (tx) => {
      const still = await tx`
        SELECT 1 FROM segue.rollouts WHERE id = ${fact.id} AND version = ${fact.version} AND direction IS NULL FOR NO KEY UPDATE`;
      if (still.length === 0) return [];
      for (const result of results) await saveCheck(tx, fact.id, result);
      return results;
    });
  } catch (error) {
    throw targetError(error, target);
  }
}

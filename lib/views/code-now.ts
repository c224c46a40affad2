import type { Plan } from '@/lib/core/plan';
import type { RolloutFact } from '@/lib/core/rollout';

export interface CodeNow {
  readonly old: 'works' | 'gone';
  readonly new: 'works' | 'not yet';
}

/** Which application code may run now. While a phase moves, only what holds at both its ends is promised. */
export function codeNow(
  plan: Pick<Plan, 'newCodeFrom' | 'oldCodeUntil'>,
  fact: Pick<RolloutFact, 'position' | 'movingPhase'>,
): CodeNow {
  const lowest = fact.movingPhase === null ? fact.position : fact.movingPhase - 1;
  const highest = fact.movingPhase ?? fact.position;
  return {
    old: highest <= plan.oldCodeUntil ? 'works' : 'gone',
    new: lowest >= plan.newCodeFrom ? 'works' : 'not yet',
  };
}

import type { Phase } from '@/lib/core/plan';
import type { Direction } from '@/lib/core/rollout';

export type StepState = 'done' | 'running' | 'open';

/** Where a rollout stands, as far as steps are concerned. */
export interface Standing {
  readonly position: number;
  readonly movingPhase: number | null;
  readonly direction: Direction | null;
  /** Id of the step in hand. */
  readonly currentStep: string | null;
}

/**
 * Which steps of a phase are done. In a phase on its way forward, those before the step in hand; in one that is rolled
 * back, only the step in hand is marked: what is undone already is not known here.
 */
export function stepStates(
  phase: { readonly number: number; readonly steps: readonly Pick<Phase['steps'][number], 'id'>[] },
  standing: Standing | null,
): readonly StepState[] {
  if (standing === null) return phase.steps.map(() => 'open');
  if (standing.movingPhase !== phase.number) {
    return phase.steps.map(() => (phase.number <= standing.position ? 'done' : 'open'));
  }
  const at = phase.steps.findIndex((step) => step.id === standing.currentStep);
  return phase.steps.map((_, index) => {
    if (index === at) return 'running';
    return standing.direction === 'forward' && index < at ? 'done' : 'open';
  });
}

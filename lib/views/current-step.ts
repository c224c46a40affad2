import type { Plan } from '@/lib/core/plan';
import type { Direction, RolloutFact } from '@/lib/core/rollout';
import type { TransitionLive } from './transition-view';

/** What the target recorded of a step, in the order in which it happened. */
export interface StepRecord {
  readonly stepId: string;
  readonly direction: Direction;
  readonly state: 'started' | 'done';
  readonly startedAt: string;
  readonly doneAt: string | null;
}

/**
 * The step in hand while a phase moves: the first, in the direction of the move, that is not done. Steps that run in a
 * transaction are recorded only when they are done, so that "not done" is all there is to see. null at rest.
 */
export function currentStep(
  plan: Plan,
  fact: Pick<RolloutFact, 'movingPhase' | 'direction'>,
  records: readonly StepRecord[],
  moveStartedAt: string,
): TransitionLive['currentStep'] {
  const { movingPhase, direction } = fact;
  const phase = movingPhase === null ? undefined : plan.phases[movingPhase - 1];
  if (phase === undefined || direction === null) return null;
  const latest = new Map(records.map((record) => [record.stepId, record]));
  const steps = direction === 'forward' ? phase.steps : [...phase.steps].reverse();
  const isDone = (stepId: string): boolean => {
    const record = latest.get(stepId);
    if (record === undefined) return direction === 'back';
    return record.direction === direction && record.state === 'done';
  };
  const since = records
    .map((record) => record.doneAt ?? record.startedAt)
    .reduce((last, at) => (at > last ? at : last), moveStartedAt);
  const step = steps.find(({ id }) => !isDone(id));
  if (step !== undefined) return { id: step.id, title: step.title, impact: step.impact, since };
  return { id: null, title: 'Check the result', impact: 'Reads only; blocks nobody.', since };
}

import type { CheckResult } from '@/lib/core/check-result';
import type { Phase, Plan } from '@/lib/core/plan';
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

const READS_ONLY = 'Reads only; blocks nobody.';

/** When a check was answered last. */
type Answer = Pick<CheckResult, 'id' | 'phase' | 'moment' | 'at'>;

/** True while a move that has begun none of its steps still asks: a comparison of all rows of a large table takes minutes. */
function asksFirst(
  phase: Phase,
  direction: Direction,
  latest: readonly StepRecord[],
  answers: readonly Answer[],
  moveStartedAt: string,
): boolean {
  if (latest.some((record) => record.direction === direction)) return false;
  // Out of a half-done phase it goes back without most of the questions.
  if (direction === 'back' && latest.length < phase.steps.length) return false;
  const moment = direction === 'forward' ? 'entry' : 'rollback';
  return (direction === 'forward' ? phase.entryChecks : phase.rollbackChecks).some(
    ({ id }) =>
      !answers.some(
        (answer) =>
          answer.id === id &&
          answer.phase === phase.number &&
          answer.moment === moment &&
          Date.parse(answer.at) >= Date.parse(moveStartedAt),
      ),
  );
}

/**
 * The step in hand while a phase moves: the first, in the direction of the move, that is not done. Steps that run in a
 * transaction are recorded only when they are done, so that "not done" is all there is to see. Before the first it may be the checks
 * that are asked, and after the last. null at rest.
 */
export function currentStep(
  plan: Plan,
  fact: Pick<RolloutFact, 'movingPhase' | 'direction'>,
  records: readonly StepRecord[],
  moveStartedAt: string,
  answers: readonly Answer[] = [],
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
  const ofPhase = phase.steps.flatMap(({ id }) => latest.get(id) ?? []);
  if (asksFirst(phase, direction, ofPhase, answers, moveStartedAt))
    return { id: null, title: 'Check before it begins', impact: READS_ONLY, since };
  const step = steps.find(({ id }) => !isDone(id));
  if (step !== undefined) return { id: step.id, title: step.title, impact: step.impact, since };
  return { id: null, title: 'Check the result', impact: READS_ONLY, since };
}

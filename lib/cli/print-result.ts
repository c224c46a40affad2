import type { SegueError } from '@/lib/core/errors';
import { type RolloutFact, statusOf } from '@/lib/core/rollout';
import { printJson, printLine } from './output';

type Outcome = Pick<RolloutFact, 'plan' | 'position' | 'direction' | 'activity' | 'ended'>;

/** Where a rollout stands after a command: one line, or with --json the last document. */
export function printResult(rollout: Outcome, json: boolean, error: SegueError | null): void {
  const { plan, position } = rollout;
  const state = statusOf(rollout);
  if (!json) {
    printLine(`${plan.name}: position ${position} of ${plan.phases.length}, ${state}`);
    return;
  }
  printJson({
    type: 'result',
    name: plan.name,
    digest: plan.digest,
    position,
    phases: plan.phases.length,
    state,
    error:
      error === null
        ? null
        : {
            code: error.code,
            message: error.message,
            next: error.next ?? null,
            evidence: error.evidence ?? null,
          },
  });
}

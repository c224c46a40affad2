import { PHASE_TITLES, type Plan } from '@/lib/core/plan';
import type { RolloutFact, RolloutStatus } from '@/lib/core/rollout';
import type { ApprovalView, TransitionListItem } from './transition-view';

export interface WaitingInput {
  readonly plan: Plan;
  readonly status: RolloutStatus;
  readonly fact: Pick<RolloutFact, 'position' | 'retainedUntil'>;
  readonly approval: ApprovalView['state'];
  /** A move stopped before it had done anything. */
  readonly stopped: boolean;
  readonly managedElsewhere: boolean;
  readonly now: string;
}

/** What a transition waits for a person to do, in a few words; null when it waits for nobody. */
export function waitingFor(input: WaitingInput): string | null {
  switch (input.status) {
    case 'failed':
      return 'Failed: retry or roll back';
    case 'paused':
      return 'Paused: resume or roll back';
    case 'not_started':
    case 'ready':
    case 'retired': {
      if (input.managedElsewhere) return 'Moved from the command line';
      const phase = input.plan.phases[input.fact.position];
      if (phase === undefined) return null;
      if (
        phase.kind === 'purge' &&
        input.fact.retainedUntil !== null &&
        input.fact.retainedUntil > input.now
      ) {
        return null;
      }
      if (input.stopped) return 'Stopped: see why, then retry';
      if (input.approval === 'void') return 'Approval: the schema changed';
      if (input.approval === 'missing') return 'Approval';
      return phase.deploy === null
        ? `Start ${PHASE_TITLES[phase.kind]}`
        : `Deploy, then Start ${PHASE_TITLES[phase.kind]}`;
    }
    case 'running':
    case 'rolling_back':
    case 'pausing':
    case 'held':
    case 'done':
    case 'abandoned':
      return null;
  }
}

/** Where the list shows it: waiting for a person, on the machine (a running retention time too), or ended. */
export function groupOf(status: RolloutStatus, waiting: string | null): TransitionListItem['group'] {
  if (status === 'done' || status === 'abandoned') return 'ended';
  return waiting === null ? 'running' : 'waiting';
}

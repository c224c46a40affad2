import type { Plan } from './plan';

export type Direction = 'forward' | 'back';

/** What the target records of a rollout's motion: at rest, or moving in one direction. */
export const ACTIVITIES = ['idle', 'running', 'pausing', 'paused', 'held', 'failed'] as const;
export type Activity = (typeof ACTIVITIES)[number];

export type RolloutStatus =
  | 'not_started'
  | 'ready'
  | 'running'
  | 'pausing'
  | 'paused'
  | 'held'
  | 'failed'
  | 'rolling_back'
  | 'retired'
  | 'done'
  | 'abandoned';

export interface RolloutSettings {
  /** Longest time, in ms, that one statement of Segue may make the application's queries wait. */
  readonly maxPauseMs: number;
  readonly batchRows: number;
  /** Pause between two batches, in ms. */
  readonly batchPauseMs: number;
  /** Time between Retire and the earliest Delete, in ms. */
  readonly retentionMs: number;
}

export const DEFAULT_SETTINGS: RolloutSettings = {
  maxPauseMs: 400,
  batchRows: 5000,
  batchPauseMs: 0,
  retentionMs: 7 * 24 * 60 * 60 * 1000,
};

/** The fact of a rollout, as its target database states it. */
export interface RolloutFact {
  readonly id: string;
  readonly name: string;
  readonly digest: string;
  readonly plan: Plan;
  readonly position: number;
  /** null at rest; else the direction of the open move… */
  readonly direction: Direction | null;
  /** …and the phase it works on. Forward it ends at position `movingPhase`, back at `movingPhase - 1`. */
  readonly movingPhase: number | null;
  readonly activity: Activity;
  /** Increases with each change of position, direction or activity: the compare-and-swap token. */
  readonly version: number;
  readonly settings: RolloutSettings;
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly next: string | null;
    readonly evidence: Record<string, unknown> | null;
  } | null;
  readonly ended: 'done' | 'abandoned' | null;
  /** Who drives it: null for headless, else the dashboard's instance id. */
  readonly managedBy: string | null;
  /** ISO time before which Delete is refused; set by Retire. */
  readonly retainedUntil: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

type StatusInput = Pick<RolloutFact, 'position' | 'direction' | 'activity' | 'ended'> & {
  readonly plan: Pick<Plan, 'phases'>;
};

/** The one reading of a rollout's facts as a status. */
export function statusOf(fact: StatusInput): RolloutStatus {
  if (fact.ended !== null) return fact.ended;
  if (
    fact.activity === 'failed' ||
    fact.activity === 'paused' ||
    fact.activity === 'pausing' ||
    fact.activity === 'held'
  ) {
    return fact.activity;
  }
  if (fact.direction === 'back') return 'rolling_back';
  if (fact.direction === 'forward') return 'running';
  if (fact.position === 0) return 'not_started';
  if (fact.position === fact.plan.phases.length) return 'done';
  const last = fact.plan.phases[fact.position - 1];
  return last?.kind === 'contract' ? 'retired' : 'ready';
}

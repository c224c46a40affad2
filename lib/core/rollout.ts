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
  /** The same for single tables, by "schema.table": where there is one it holds instead. */
  readonly tablePauses: Readonly<Record<string, number>>;
  /** How long the end of a phase waits for standbys to replay it, in ms; 0: not at all. */
  readonly standbyWaitMs: number;
  /** Most rows that one batch of a backfill locks. */
  readonly batchRows: number;
  /** How long a batch should take, in ms: its size follows. */
  readonly batchMs: number;
  /** Pause between two batches of a lane, in ms. */
  readonly batchPauseMs: number;
  /** Connections that work on one backfill at the same time, 1–4. */
  readonly lanes: number;
  /** Hold while a standby is further behind than this, in ms. 0, here and below: not looked at. */
  readonly maxReplicaLagMs: number;
  /** Hold while the server writes more than this, in MB a second. */
  readonly maxWalMbPerSecond: number;
  /** Hold while a replication slot keeps more than this back, in MB. */
  readonly maxSlotBacklogMb: number;
  /** Hold while this many sessions wait for a lock on the table. */
  readonly maxLockWaiters: number;
  /** Hold while a vacuum works on the table, at most this many minutes each. */
  readonly maxVacuumMinutes: number;
  /** Hold while dead rows are more than this share of the table, in percent. */
  readonly maxDeadPercent: number;
  /** Hold while reading one row of the table takes longer than this, in ms. */
  readonly maxProbeMs: number;
  /** Stop, and ask a person, when replication slots keep more than this back, in MB. */
  readonly stopRetainedWalMb: number;
  /** Stop, and ask a person, when the table has grown by more than this since the backfill began, in percent. */
  readonly stopGrowthPercent: number;
  /** Time between Retire and the earliest Delete, in ms. */
  readonly retentionMs: number;
}

export const DEFAULT_SETTINGS: RolloutSettings = {
  maxPauseMs: 400,
  tablePauses: {},
  standbyWaitMs: 60_000,
  batchRows: 20_000,
  batchMs: 100,
  batchPauseMs: 0,
  lanes: 1,
  maxReplicaLagMs: 10_000,
  maxWalMbPerSecond: 0,
  maxSlotBacklogMb: 2048,
  maxLockWaiters: 5,
  maxVacuumMinutes: 0,
  maxDeadPercent: 0,
  maxProbeMs: 500,
  stopRetainedWalMb: 20_480,
  stopGrowthPercent: 300,
  retentionMs: 7 * 24 * 60 * 60 * 1000,
};

export type PauseSettings = Pick<RolloutSettings, 'maxPauseMs'> &
  Partial<Pick<RolloutSettings, 'tablePauses'>>;

/** Longest pause, in ms, on any of these tables ("schema.table") together: the smallest that one of them allows. */
export function pauseMs(settings: PauseSettings, tables: readonly string[]): number {
  const pauses = tables.map((table) => settings.tablePauses?.[table] ?? settings.maxPauseMs);
  return pauses.length === 0 ? settings.maxPauseMs : Math.min(...pauses);
}

/** Settings with their defaults where they were written down before a setting came to be. */
export function completeSettings(settings: Partial<RolloutSettings>): RolloutSettings {
  return { ...DEFAULT_SETTINGS, ...settings };
}

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

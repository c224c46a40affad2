import type { Actor, AvailableAction } from '@/lib/core/available-actions';
import type { CheckResult } from '@/lib/core/check-result';
import type { Hold } from '@/lib/core/hold';
import type { StatementProgress } from '@/lib/core/index-progress';
import type { MigrationRecord } from '@/lib/core/migration-record';
import type { Operation } from '@/lib/core/operation';
import type { Phase, PhaseKind, Plan } from '@/lib/core/plan';
import type { Recorded } from '@/lib/core/recorded';
import type { Direction, RolloutSettings, RolloutStatus } from '@/lib/core/rollout';
import type { BlockerView } from './blocker-view';
import type { ProofView } from './proof-view';

/** View models: what pages and polling receive. Plain JSON, no secrets, times as ISO strings. */

export type Environment = 'development' | 'staging' | 'production';

export interface DatabaseRef {
  readonly id: string;
  readonly name: string;
  readonly environment: Environment;
}

export interface TrackPhase {
  readonly number: number;
  readonly kind: PhaseKind;
  readonly lossless: boolean;
}

/** What the track draws: all of it derived from plan and fact. */
export interface TrackView {
  readonly phases: readonly TrackPhase[];
  readonly position: number;
  readonly movingPhase: number | null;
  readonly direction: Direction | null;
  readonly status: RolloutStatus;
  readonly newCodeFrom: number;
  readonly oldCodeUntil: number;
  /** Whether a trigger carries writes between old and new. */
  readonly synced: boolean;
  /** 0…1 while a backfill runs or has run in the moving phase, else null. */
  readonly backfill: number | null;
}

export interface BackfillView {
  readonly stepId: string;
  readonly phase: number;
  readonly title: string;
  readonly table: string;
  readonly column: string;
  readonly rowsDone: number;
  readonly rowsTotal: number;
  /** False: the total is the server's estimate. */
  readonly totalIsExact: boolean;
  readonly rowsChanged: number;
  readonly rowsPerSecond: number | null;
  /** Seconds left, low and high; null when it cannot be said yet. */
  readonly secondsLeft: readonly [number, number] | null;
  readonly state: 'waiting' | 'running' | 'paused' | 'done';
  /** Work done as 0…1, exact; null where only rows are counted. */
  readonly share: number | null;
  /** Above 0: walked through, and what moved meanwhile is looked for. */
  readonly round: number;
  /** Time for which something outside held it, in ms. */
  readonly heldMs: number;
  readonly lanes: readonly LaneView[];
  /** Time that a batch is to take, in ms. */
  readonly targetMs: number;
  /** What could not be looked at while it runs, with the right that is missing. */
  readonly unseen: readonly string[];
}

/** One connection that copies rows. */
export interface LaneView {
  readonly number: number;
  readonly batchRows: number;
  /** How long its last batch took; null before the first. */
  readonly batchMs: number | null;
  /** Batches given up in a row, for a lock or its time. */
  readonly retries: number;
}

/** The first line under the title: what is going on, what is safe, what is next. */
export interface StateSentence {
  readonly now: string;
  readonly safe: string;
  readonly next: string;
}

export interface TransitionListItem {
  readonly id: string;
  readonly name: string;
  readonly group: 'waiting' | 'running' | 'ended';
  readonly status: RolloutStatus;
  readonly draft: boolean;
  readonly waitingFor: string | null;
  readonly database: DatabaseRef;
  readonly tables: readonly string[];
  readonly track: TrackView;
  readonly progress: number | null;
  /** Why it is held, with the culprit; null while it is not, or not known yet. */
  readonly hold: string | null;
  readonly checks: {
    readonly passed: number;
    readonly failed: number;
    readonly inconclusive: number;
    readonly total: number;
  };
  readonly author: string;
  /** True: it was stopped with all others, and goes on with them. */
  readonly pausedTogether?: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface HistoryEntry {
  readonly id: string;
  readonly at: string;
  readonly actor: string;
  readonly what: string;
  readonly detail: string | null;
  readonly tone: 'neutral' | 'good' | 'bad' | 'waiting';
}

export interface ApprovalView {
  readonly state: 'missing' | 'valid' | 'void';
  readonly by: string | null;
  readonly at: string | null;
  /** What changed in the schema since: one line a fact, + added, - removed. */
  readonly changes: readonly string[];
}

export interface DatabaseObject {
  readonly kind: 'column' | 'trigger' | 'function' | 'index' | 'constraint' | 'retired column';
  readonly name: string;
  readonly note: string;
}

/** What is live on the transition page; polled while something is in flight. */
export interface TransitionLive {
  readonly status: RolloutStatus;
  /** What a person looked at: sent back with every act. Negative while it is a draft. */
  readonly version: number;
  readonly sentence: StateSentence;
  readonly track: TrackView;
  readonly codeNow: { readonly old: 'works' | 'gone'; readonly new: 'works' | 'not yet' };
  readonly actions: readonly AvailableAction[];
  readonly backfills: readonly BackfillView[];
  readonly checks: readonly CheckResult[];
  readonly currentStep: {
    /** null: no step, the checks at the end. */
    readonly id: string | null;
    readonly title: string;
    readonly impact: string;
    readonly since: string;
  } | null;
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly next: string | null;
    readonly evidence: Record<string, unknown> | null;
  } | null;
  readonly retainedUntil: string | null;
  readonly approval: ApprovalView;
  /** Whether the plan was shown to end where its migration file does; null: it came from none. */
  readonly proof: ProofView | null;
  readonly history: readonly HistoryEntry[];
  readonly objects: readonly DatabaseObject[];
  /** Values that the other side cannot hold, and statements that wrote both sides differently: recorded with their keys. */
  readonly recorded: Recorded;
  readonly settings: RolloutSettings;
  /** What it waits for now, longest first. */
  readonly holds: readonly Hold[];
  /** Who holds the tables for long, or is waited for. */
  readonly blockers: readonly BlockerView[];
  /** So many more stand in the way, younger ones. */
  readonly moreBlockers: number;
  /** A long statement of Segue's own: an index build, a validation. */
  readonly statement: StatementProgress | null;
  /** True: poll soon. */
  readonly inFlight: boolean;
  readonly databaseError: string | null;
  /** The database was asked and knows nothing of it any more; `databaseError` says so. */
  readonly forgotten: boolean;
  /** The database was set back to an earlier time: what it says, and what had been seen. null: it was not. */
  readonly restored: string | null;
  /** True: a headless caller drives it; it can be taken over. */
  readonly managedElsewhere: boolean;
}

export interface TransitionView {
  readonly id: string;
  readonly name: string;
  readonly author: string;
  readonly createdAt: string;
  readonly database: DatabaseRef;
  readonly operations: readonly Operation[];
  /** The team's own migration file that it stands for. */
  readonly record: MigrationRecord | null;
  readonly plan: Plan;
  readonly phases: readonly Phase[];
  /** The migration file that it came from, by its name; null where it came from none. */
  readonly originName: string | null;
  readonly live: TransitionLive;
  readonly viewer: Actor | null;
}

export interface DatabaseView extends DatabaseRef {
  /** Password hidden. */
  readonly url: string;
  readonly tls: 'disable' | 'prefer' | 'require' | 'verify-full';
  readonly state: 'unknown' | 'ok' | 'limited' | 'unreachable';
  readonly serverVersion: string | null;
  readonly sizeBytes: number | null;
  readonly role: string | null;
  readonly problems: readonly {
    readonly severity: 'error' | 'warning';
    readonly message: string;
    readonly grant: string | null;
  }[];
  readonly checkedAt: string | null;
  readonly sandbox: boolean;
  /** Why the last test did not get in; null when it did. */
  readonly unreachable: string | null;
}

/** What a connection test of a database that is not added yet found. */
export type DatabaseReportView = Pick<
  DatabaseView,
  'state' | 'serverVersion' | 'sizeBytes' | 'role' | 'problems'
> & {
  /** Why it could not be reached; null when it was. */
  readonly error: string | null;
};

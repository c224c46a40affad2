import type { HoldReason } from '@/lib/core/hold';
import type { RolloutSettings } from '@/lib/core/rollout';
import type { RelationName } from '@/lib/core/sql-text';
import type { Lease } from './lease';
import type { Migrator } from './migrate-step';

/** Something that happened while a move ran. */
export interface MoveEvent {
  readonly type:
    | 'step_started'
    | 'step_done'
    | 'batch'
    | 'batch_retried'
    | 'check'
    | 'lock_wait'
    | 'commit_wait'
    | 'phase_done'
    | 'failed'
    | 'paused'
    | 'column_taken_out'
    | 'index_restarted'
    | 'index_cleaned';
  /** ISO time. */
  readonly at: string;
  readonly [detail: string]: unknown;
}

/** What a step gets to work with. */
export interface MoveContext {
  readonly lease: Lease;
  readonly migrator: Migrator;
  /** The tables of the plan and their foreign-key partners. */
  readonly tables: readonly RelationName[];
  /** As last read at a checkpoint. */
  settings(): RolloutSettings;
  /** Between any two pieces of work: throws when the move was paused, turned round, out of its slice, stopped or fenced. */
  checkpoint(): Promise<void>;
  /** Says on the page why it waits; returns how often each reason was met in a row. Cheap enough for each attempt. */
  hold(stepId: string, reasons: readonly HoldReason[]): Promise<readonly number[]>;
  /** It waits no more. Does nothing where it did not. */
  goOn(): Promise<void>;
  /** Why the work in hand should be cut short: a pause, a turn, a stop; the end of the slice is none. null: go on. */
  stopAsked(): Promise<LeaveMove | null>;
  sleep(ms: number): Promise<void>;
  emit(event: Omit<MoveEvent, 'at'> & { readonly type: MoveEvent['type'] }): Promise<void>;
}

/** Thrown at a checkpoint to leave a move at a safe point. Not an error: everything done so far is committed. */
export class LeaveMove extends Error {
  constructor(readonly why: 'paused' | 'yielded' | 'stopped' | 'turned_round') {
    super(`the move stops at a safe point: ${why}`);
    this.name = 'LeaveMove';
  }
}

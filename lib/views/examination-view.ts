import type { AvailableAction } from '@/lib/core/available-actions';
import type { Examination, ExaminedRollout } from '@/lib/core/examination';

/** A rollout that a database knows, with what may be done about it here. */
export interface ExaminedTransition extends Omit<ExaminedRollout, 'lease' | 'digest'> {
  /** Its page here; null where this dashboard has no record of it yet. */
  readonly transitionId: string | null;
  readonly driver: string;
  readonly version: number;
  /** take_over, hand_over, abandon, leave: those that are allowed. */
  readonly actions: readonly AvailableAction[];
}

/** What a look at a database found. */
export interface ExaminationView {
  readonly examinedAt: string;
  readonly schema: Examination['schema'];
  readonly transitions: readonly ExaminedTransition[];
  readonly findings: Examination['findings'];
}

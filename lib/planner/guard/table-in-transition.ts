import type { PhaseKind } from '@/lib/core/plan';
import type { RelationName } from '@/lib/core/sql-text';

/** A table that a transition has reserved in a database. */
export interface TableInTransition {
  readonly table: RelationName;
  readonly transition: string;
  /** The phase that is running, else the last that is done. */
  readonly phase: PhaseKind;
  /** Phases done. */
  readonly position: number;
  readonly phases: number;
  /** False: it is only a foreign-key partner of a table that changes. */
  readonly changes: boolean;
}

import type { RolloutStatus } from './rollout';

/** What "segue doctor" looks for. Closed: programs may switch over it. */
export type ExaminationRule =
  | 'schema_newer'
  | 'schema_older'
  | 'failed'
  | 'nobody_works'
  | 'drift'
  | 'stale_session'
  | 'stale_claim'
  | 'left_behind'
  | 'without_owner'
  | 'retired_missing'
  | 'retired_unrecorded'
  | 'retired_expired'
  | 'invalid_index'
  | 'not_valid_constraint'
  | 'exceptions'
  | 'conflicts';

/** Something that a person may want to know or do. `error`: it is not as it should be. */
export interface ExaminationFinding {
  readonly severity: 'error' | 'warning' | 'info';
  readonly rule: ExaminationRule;
  readonly object: string;
  /** The transition that it belongs to, or null. */
  readonly transition: string | null;
  readonly message: string;
  readonly next: string | null;
  /** What a person could run; Segue does not. */
  readonly statements: readonly string[];
}

/** Something with a name of Segue's in the catalog. */
export interface ExaminedObject {
  readonly kind: 'trigger' | 'function' | 'constraint' | 'column' | 'index' | 'sequence';
  readonly name: string;
  /** Where it is; null for a function. */
  readonly table: string | null;
  /** The statement that would take it away. */
  readonly removal: string;
}

export interface RetiredColumn {
  readonly table: string;
  readonly column: string;
  readonly retiredName: string;
  readonly reason: 'contract' | 'kept';
  readonly retiredAt: string;
  /** Before this time Delete is refused; null: it is kept until somebody brings it back or drops it. */
  readonly expiresAt: string | null;
  readonly present: boolean;
}

export interface ExaminedRollout {
  readonly id: string;
  readonly name: string;
  readonly digest: string;
  readonly position: number;
  readonly phases: number;
  readonly moving: boolean;
  readonly state: RolloutStatus;
  /** null: driven from the command line; else the id of the dashboard. */
  readonly managedBy: string | null;
  readonly error: string | null;
  readonly lease: {
    readonly epoch: number;
    readonly owner: string | null;
    readonly heartbeatAt: string;
    readonly alive: boolean;
  };
  readonly claims: readonly string[];
  readonly retired: readonly RetiredColumn[];
  readonly objects: readonly ExaminedObject[];
  readonly exceptions: number;
  readonly conflicts: number;
  /** What differs from the schema that its position expects; only of rollouts at rest. */
  readonly drift: readonly string[];
}

/** What is in a target, whose it is, and whether it is healthy. */
export interface Examination {
  readonly schema: { readonly version: number; readonly known: number };
  readonly rollouts: readonly ExaminedRollout[];
  readonly findings: readonly ExaminationFinding[];
}

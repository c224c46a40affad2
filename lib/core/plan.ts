import type { CheckSpec } from './check-work';
import type { MigrationRecord } from './migration-record';
import type { DualWrite, Operation, TransitionOrigin } from './operation';
import type { RelationName } from './sql-text';
import type { Step } from './step';

export type * from './check-work';
export * from './lock-mode';
export type * from './step';

/** The phases in the order in which they run (design: expand, dual write and backfill, switch, contract, purge). */
export const PHASE_KINDS = ['expand', 'dual_write', 'switch', 'contract', 'purge'] as const;
export type PhaseKind = (typeof PHASE_KINDS)[number];

/** What the screen calls each phase. */
export const PHASE_TITLES: Record<PhaseKind, string> = {
  expand: 'Add',
  dual_write: 'Sync',
  switch: 'Switch',
  contract: 'Retire',
  purge: 'Delete',
};

export type DeployTool = 'drizzle' | 'prisma' | 'knex' | 'sql';

/** What a person decides about data before a phase. */
export interface Decision {
  /** Stable: "not-carried-over:public.users.bio". */
  readonly id: string;
  readonly question: string;
}

/** What the application must ship before the next phase. */
export interface DeployNote {
  readonly title: string;
  readonly text: string;
  /** Question asked of the person (or the word of the CLI's caller) when the phase is started. */
  readonly question: string | null;
  /** Parts of the question that are not about deployed code: the command line's caller accepts each by its id. */
  readonly decisions?: readonly Decision[];
  readonly code: Record<DeployTool, string>;
  /** A test that a team can put into its own suite. */
  readonly test: string;
}

export interface Phase {
  /** 1-based; position k means that phases 1…k are done. */
  readonly number: number;
  readonly kind: PhaseKind;
  readonly title: string;
  readonly summary: string;
  readonly steps: readonly Step[];
  readonly entryChecks: readonly CheckSpec[];
  readonly exitChecks: readonly CheckSpec[];
  readonly watchChecks: readonly CheckSpec[];
  /** Guard the way back out of this phase. */
  readonly rollbackChecks: readonly CheckSpec[];
  /** Asked before this phase starts. */
  readonly deploy: DeployNote | null;
  readonly lossless: boolean;
  /** Plain words: what rolling this phase back does to data. */
  readonly rollback: string;
}

export type Severity = 'info' | 'warning' | 'error';

export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly fix: string | null;
  readonly operation: number | null;
}

/** A transition compiled against one catalog. Pure data; what was approved is what runs. */
export interface Plan {
  readonly format: 1;
  readonly name: string;
  readonly dualWrite: DualWrite;
  /** sha256 over operations and SQL, hex. */
  readonly digest: string;
  readonly newCodeFrom: number;
  readonly oldCodeUntil: number;
  readonly operations: readonly Operation[];
  /** Tables that the transition changes. */
  readonly tables: readonly RelationName[];
  /** Those and their foreign-key partners: reserved while it runs. */
  readonly claims: readonly RelationName[];
  readonly estimatedRows: number;
  /** Size now, in bytes, of the tables of which rows are copied; each copy leaves an old row version until vacuum. Absent in older plans. */
  readonly copiedBytes?: number;
  readonly phases: readonly Phase[];
  readonly findings: readonly Finding[];
  /** The migration file that it was made from. Absent where operations were given. */
  readonly source?: TransitionOrigin;
  /** The team's own migration file that its first step records. */
  readonly record?: MigrationRecord;
}

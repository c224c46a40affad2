import type { DualWrite, Operation } from './operation';
import type { RelationName } from './sql-text';

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

/** PostgreSQL's table-level lock modes, weakest first (manual, "Explicit Locking"). */
export const LOCK_MODES = [
  'ACCESS SHARE',
  'ROW SHARE',
  'ROW EXCLUSIVE',
  'SHARE UPDATE EXCLUSIVE',
  'SHARE',
  'SHARE ROW EXCLUSIVE',
  'EXCLUSIVE',
  'ACCESS EXCLUSIVE',
] as const;
export type LockMode = (typeof LOCK_MODES)[number];

/** A lock that a statement takes on an existing relation. `relation` is "schema.table" unquoted, for reading. */
export interface StepLock {
  readonly relation: string;
  readonly mode: LockMode;
}

export type StepKind = 'ddl' | 'build_index' | 'drop_index' | 'outside' | 'validate' | 'backfill' | 'analyze';

export interface KeyColumn {
  readonly name: string;
  /** As `format_type` prints it under an empty search_path. */
  readonly type: string;
}

/** A batched UPDATE by key range. SQL fragments refer to the target row as `t`. */
export interface BackfillWork {
  readonly table: RelationName;
  readonly key: readonly KeyColumn[];
  readonly column: string;
  /** Value for the column, computed from the row itself. */
  readonly expression: string;
  /** Further columns set with it, as SQL: ", b = …". */
  readonly also?: string;
  /** The same, never raising: NULL where the conversion fails. Equal to `expression` when it cannot fail. */
  readonly safeExpression: string;
  /** Rows that need work. */
  readonly where: string;
  readonly safeWhere: string;
  /** What becomes of rows whose conversion fails. */
  readonly onFailure: 'none' | 'reject' | 'quarantine';
  /** Condition, over `t`, of a row whose conversion failed (uses the safe form). */
  readonly failed: string;
  readonly operation: number;
  readonly estimatedRows: number;
  /** No trigger mends a row that moves on the disk meanwhile: rows are found by their key, in its order. */
  readonly byKey?: true;
}

/** An index that a `build_index` step leaves behind, so that the engine can look for its effect. */
export interface IndexWork {
  readonly table: RelationName;
  readonly name: string;
}

/**
 * A statement that cannot run in a transaction, and how the catalog tells what became of it. Each is one SQL expression
 * that gives a boolean; null: nothing tells, so after an interruption it is run again.
 */
export interface OutsideWork {
  readonly done: string | null;
  readonly undone: string | null;
  /** Where PostgreSQL was left half-way, what brings it to the end, or away, before anything else. */
  readonly resume?: HalfWay | readonly HalfWay[];
}

interface HalfWay {
  readonly when: string;
  readonly sql: readonly string[];
}

/**
 * Undoing an added column: it is renamed away first, so that nobody can write it, and dropped only if it holds
 * nothing that the table does not hold elsewhere. Going forward again renames it back.
 */
export interface KeepColumn {
  readonly table: RelationName;
  readonly column: string;
  readonly retiredName: string;
  /** SQL that is true when some row would lose a value; refers to the retired name. */
  readonly holdsValues: string;
  readonly retire: readonly string[];
  readonly bringBack: readonly string[];
  readonly drop: readonly string[];
}

/**
 * Something that the way back out of a phase has to give up and makes again afterwards: `undo` makes it. Going forward it is
 * only looked at, and made where a move that turned round half-way finds it missing.
 */
export interface RestoreWork {
  /** SQL expression that is true where it is there; null for an index, which the engine looks up. */
  readonly there: string | null;
}

/** The smallest thing executed. What is shown is what runs: `sql` forward, `undo` back. */
export interface Step {
  readonly id: string;
  readonly kind: StepKind;
  readonly title: string;
  /** What it does to the application, one plain sentence. */
  readonly impact: string;
  readonly operation: number;
  readonly table: RelationName;
  readonly sql: readonly string[];
  readonly undo: readonly string[];
  readonly transactional: boolean;
  readonly locks: readonly StepLock[];
  readonly undoLocks: readonly StepLock[];
  readonly undoTransactional: boolean;
  readonly rewrites: boolean;
  readonly scans: boolean;
  readonly backfill?: BackfillWork;
  readonly index?: IndexWork;
  readonly keep?: KeepColumn;
  readonly outside?: OutsideWork;
  readonly restores?: RestoreWork;
  /** Not of Segue's making: no statement of it may run longer than the longest pause, unless it is known to block nobody. */
  readonly ownSql?: { readonly locksUnknown: boolean };
  /** Steps that only this one's way back needs, before it: from its end on they count as done, in its transaction. */
  readonly begins?: readonly string[];
  /** Steps whose work is part of what this one makes, an index that becomes a constraint: undone with it, in its transaction. */
  readonly alsoUndoes?: readonly string[];
  /** The relation's name on the way back, where the step renames it. */
  readonly undoTable?: RelationName;
  /** A column that this step renames away (contract); recorded in the target with its expiry. '' stands for the table itself. */
  readonly retires?: { readonly table: RelationName; readonly column: string; readonly retiredName: string };
}

/** A question that guards or closes a phase. `work` is what the engine needs to answer it. */
export type CheckWork =
  | {
      readonly kind: 'mismatches';
      readonly table: RelationName;
      readonly key: readonly KeyColumn[];
      readonly where: string;
      readonly safeWhere: string;
      readonly show: readonly string[];
      readonly operation: number;
      /** Triggers that keep the two sides the same: while they stand unchanged, a pass stays true. */
      readonly sync?: readonly string[];
      /** A large table is not read again where a recent pass still holds. */
      readonly mayBeRecent?: boolean;
    }
  | {
      /** Rows that a new constraint would refuse. */
      readonly kind: 'violations';
      readonly table: RelationName;
      readonly key: readonly KeyColumn[];
      /** Condition on `t`. */
      readonly where: string;
      readonly show: readonly string[];
    }
  | {
      readonly kind: 'duplicates';
      readonly table: RelationName;
      readonly key: readonly KeyColumn[];
      /** What is to be unique: SQL over the row `t`. */
      readonly values: readonly string[];
      /** Rows that count, over `t`. */
      readonly where: string;
    }
  | {
      readonly kind: 'null_rows';
      readonly table: RelationName;
      readonly key: readonly KeyColumn[];
      readonly column: string;
    }
  | {
      readonly kind: 'round_trip';
      readonly table: RelationName;
      readonly key: readonly KeyColumn[];
      readonly where: string;
      readonly failed: string;
      readonly onFailure: 'reject' | 'quarantine' | 'value';
      readonly column: string;
    }
  | { readonly kind: 'indexes_valid'; readonly table: RelationName; readonly names: readonly string[] }
  | {
      readonly kind: 'constraints_validated';
      readonly table: RelationName;
      readonly names: readonly string[];
    }
  | { readonly kind: 'long_transactions'; readonly tables: readonly RelationName[] }
  | { readonly kind: 'column_usage'; readonly table: RelationName; readonly column: string }
  | { readonly kind: 'function_bodies'; readonly table: RelationName; readonly column: string }
  | { readonly kind: 'dependents'; readonly table: RelationName; readonly column: string }
  | { readonly kind: 'table_dependents'; readonly table: RelationName }
  /** Whether a type is used by more than this column, and what Segue itself made for it. */
  | {
      readonly kind: 'type_unused';
      readonly table: RelationName;
      readonly column: string;
      /** Quoted, with its schema. */
      readonly type: string;
    }
  | { readonly kind: 'index_usage'; readonly table: RelationName; readonly index: string }
  | {
      readonly kind: 'exceptions';
      readonly table: RelationName;
      readonly key: readonly KeyColumn[];
      /** Condition on `t` that says that the recorded row is still one. */
      readonly still: string;
      readonly operation: number;
      readonly side: 'old' | 'new';
      readonly column: string;
      /** Nobody can accept them: other rows, or the key itself, rest upon the value. */
      readonly mustGo?: true;
    }
  | {
      readonly kind: 'sync_in_place';
      readonly table: RelationName;
      readonly triggers: readonly string[];
      /** Condition on `t`, of a partitioned table: a row that has not been copied. Partitions that came later are asked. */
      readonly notCopied?: string;
    }
  | { readonly kind: 'retention'; readonly table: RelationName; readonly column: string };

export interface CheckSpec {
  readonly id: string;
  readonly title: string;
  readonly work: CheckWork;
}

export type DeployTool = 'drizzle' | 'prisma' | 'knex' | 'sql';

/** What the application must ship before the next phase. */
export interface DeployNote {
  readonly title: string;
  readonly text: string;
  /** Question asked of the person (or the word of the CLI's caller) when the phase is started. */
  readonly question: string | null;
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
}

import type { LockMode } from './lock-mode';
import type { RowsDelete } from './rows-delete';
import type { RowsUpdate } from './rows-update';
import type { RelationName } from './sql-text';

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
  /** Schema of the operators by which its type is ordered, where that is not pg_catalog. */
  readonly operators?: string;
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
  /** Values from a query, instead of `expression` and `where`. */
  readonly rows?: RowsUpdate;
  /** Rows that go, instead of values. */
  readonly deletes?: RowsDelete;
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

/** A state that an interruption leaves behind. */
export interface HalfWay {
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

import type { MigrationRecord } from './migration-record';
import type { RelationName } from './sql-text';
import type { KeyColumn } from './step';

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
  | { readonly kind: 'retention'; readonly table: RelationName; readonly column: string }
  | {
      /** Whether a team's own journal has all files before this one, or a later one already. */
      readonly kind: 'migration_record';
      readonly record: MigrationRecord;
      readonly moment: 'before' | 'last';
    };

export interface CheckSpec {
  readonly id: string;
  readonly title: string;
  readonly work: CheckWork;
}

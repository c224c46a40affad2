import type { RelationName } from '@/lib/core/sql-text';

export interface ForeignKey {
  readonly name: string;
  readonly columns: readonly string[];
  readonly references: RelationName;
  readonly referencedColumns: readonly string[];
  readonly onUpdate: string;
  readonly onDelete: string;
  /** Columns that ON DELETE SET NULL or SET DEFAULT is about, where they are named (15 and later). */
  readonly onDeleteColumns: readonly string[];
  readonly match: string;
  readonly deferrable: boolean;
  readonly initiallyDeferred: boolean;
  /** The connected role may make another foreign key to the same parent. */
  readonly mayReference: boolean;
  readonly validated: boolean;
  /** False for NOT ENFORCED (18). */
  readonly enforced: boolean;
  readonly comment: string | null;
}

export interface CheckConstraint {
  readonly name: string;
  readonly columns: readonly string[];
  readonly expression: string;
  readonly validated: boolean;
  readonly noInherit: boolean;
  /** False for NOT ENFORCED (18). */
  readonly enforced: boolean;
  readonly comment: string | null;
}

/** Any constraint of a table, as `pg_get_constraintdef` prints it: what brings it back. */
export interface ConstraintInfo {
  readonly name: string;
  readonly type: 'check' | 'foreign key' | 'unique' | 'primary key' | 'exclusion' | 'not null' | 'other';
  readonly definition: string;
  readonly columns: readonly string[];
  readonly validated: boolean;
  /** The index that carries it, of a unique, primary key or exclusion constraint. */
  readonly index: string | null;
  readonly comment: string | null;
  /** Views that would go with it: those that group by a primary key without naming all columns. */
  readonly dependents: readonly string[];
}

export interface InboundForeignKey {
  readonly name: string;
  readonly table: RelationName;
  readonly columns: readonly string[];
}

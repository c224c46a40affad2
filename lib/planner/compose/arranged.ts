import type { Operation, OperationOf } from '@/lib/core/operation';
import type { PhaseKind } from '@/lib/core/plan';
import type { RelationName } from '@/lib/core/sql-text';

/** What other operations of the transition ask of the column that takes another one's place. */
export interface ColumnWishes {
  /** Its default as SQL; null: none. Left out: the old one's, converted. */
  readonly default?: string | null;
  /** It is to be NOT NULL, and this stands in for NULL: a value of the new column, or one of the old. */
  readonly notNull?: { readonly value: string; readonly of: 'new' | 'old' };
  /** Indexes that are built over it while it still has Segue's name for it: their columns get its own with it. */
  readonly indexes?: readonly string[];
  /** Indexes and constraints over the old one that others drop: it gets no clone of them. */
  readonly without?: readonly string[];
}

/** A foreign key as the transition leaves it, between columns that change their type together. */
export interface FamilyLink {
  readonly table: RelationName;
  /** The one that it takes the place of; null: there was none. */
  readonly dropped: string | null;
  readonly key: OperationOf<'add_foreign_key'>;
  /** The place of the operation that adds it. */
  readonly index: number;
}

/** What changes its type in one moment with the column of an operation. */
export interface Family {
  readonly members: readonly FamilyMember[];
  readonly links: readonly FamilyLink[];
}

/** A change of type that goes with another one, because a foreign key joins their columns. */
export interface FamilyMember {
  readonly operation: OperationOf<'change_type'>;
  readonly index: number;
  readonly wishes?: ColumnWishes;
}

/** An operation as it is compiled, where others of its transition are about the same part. */
export interface Arranged {
  readonly operation: Operation;
  /** Its place in the transition, by which steps and findings name it. */
  readonly index: number;
  /** Tells the steps of a further part of one operation apart. */
  readonly part?: string;
  /** Its work, which is in the catalog alone, waits for this phase. */
  readonly notBefore?: PhaseKind;
  /** A table that gets its name in Add already, because others work on it: columns swap places under one name, or are replaced by others, or it is only added to. */
  readonly early?: 'swaps' | 'moves' | 'adds';
  readonly wishes?: ColumnWishes;
  readonly family?: Family;
  /** Takes the place, and the name, of something that another operation drops: it binds nobody anew. */
  readonly replaces?: true;
}

import type { Operation } from '@/lib/core/operation';
import type { PhaseKind } from '@/lib/core/plan';

/** What other operations of the transition ask of the column that takes another one's place. */
export interface ColumnWishes {
  /** Its default as SQL; null: none. Left out: the old one's, converted. */
  readonly default?: string | null;
  /** It is to be NOT NULL, and this stands in for NULL. */
  readonly notNull?: string;
  /** Indexes that are built over it while it still has Segue's name for it: their columns get its own with it. */
  readonly indexes?: readonly string[];
  /** Indexes and constraints over the old one that others drop: it gets no clone of them. */
  readonly without?: readonly string[];
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
  /** Takes the place, and the name, of something that another operation drops: it binds nobody anew. */
  readonly replaces?: true;
}

import type { RelationName } from './sql-text';
import type { KeyColumn } from './step';

/** A table of which rows are deleted, with the one that keeps them: c0, c1… in the order of `columns`, and their stage. */
export interface KeptRows {
  readonly table: RelationName;
  readonly kept: RelationName;
  readonly key: readonly KeyColumn[];
  /** Every column that can be written. */
  readonly columns: readonly string[];
  /** Over `c`, a row of the table: it goes with a row that is kept in the present batch. null: the table itself. */
  readonly goesWith: string | null;
  /** Over `b`, a kept row: every row that it references is there. */
  readonly mayReturn: string;
}

/** Where a kept row stands: found and not deleted yet; being deleted by the present batch; deleted. */
export const KEPT_STAGES = { found: 0, taken: 1, gone: 2 } as const;

/** A DELETE of a migration file: rows go batch by batch in the order of the key, and are kept beside with those that go with them. */
export interface RowsDelete {
  /** The row's name in `where`. */
  readonly alias: string;
  readonly where: string | null;
  /** The rows were found before the first one goes, since the condition looks at other rows of the same table. */
  readonly computed: boolean;
  /** Over `t` and its kept row `b`: it is as it was found. */
  readonly unchanged: readonly string[];
  /** The table itself, then those whose rows go with it, each after the tables that it references. */
  readonly tables: readonly [KeptRows, ...KeptRows[]];
}

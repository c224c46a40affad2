import type { RelationName } from './sql-text';

/**
 * An UPDATE of a migration file, with values that may come from other tables. Each row is done once, in the order of the key.
 * In `values`, `from` and `where` the row is called `alias`; in the comparisons `t` is the row and `b` its kept values.
 */
export interface RowsUpdate {
  readonly alias: string;
  readonly columns: readonly string[];
  readonly values: readonly string[];
  readonly from: string | null;
  readonly where: string | null;
  /** Table with the key (k0…), the old values (o0…) and the new ones (n0…) of each row that was changed; null: none is kept. */
  readonly kept: RelationName | null;
  /** The new values stand in `kept` already, since they rest on other rows of the same table. */
  readonly computed: boolean;
  /** That each column still has its old value, and its new one. */
  readonly unchanged: readonly string[];
  readonly untouched: readonly string[];
  /** SET list of the way back for rows that code has changed since; null: they are left alone. */
  readonly down: readonly string[] | null;
}

/** Last part of the id of the check that no row is given several values. */
export const SEVERAL_MATCHES = 'several_matches';

/** Condition on the rows that match one row: their values are not all the same, by their text, which every type has. */
export const severalValues = (values: readonly string[]): string =>
  `count(DISTINCT ROW(${values.map((value) => `(${value}\n)`).join(', ')})::text) > 1`;

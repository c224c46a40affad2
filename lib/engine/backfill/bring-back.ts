import type { RowsDelete } from '@/lib/core/rows-delete';
import { quoteLiteral } from '@/lib/core/sql-text';
import { bringBackStatement, nextGone } from '@/lib/planner/bring-back-statement';
import type { PutBack } from './put-back';

/** The statements that bring deleted rows back, table by table, parents first. */
export function bringBack(deletes: RowsDelete, operation: number, rolloutId: string): PutBack[] {
  const transition = `(SELECT o.name FROM segue.rollouts o WHERE o.id = ${quoteLiteral(rolloutId)})`;
  return deletes.tables.map((rows, at) => (limit: number): readonly [string, string] => [
    `SELECT count(*) FROM (${nextGone(rows, limit)} FOR UPDATE) locked`,
    bringBackStatement(rows, {
      limit,
      operation,
      transition,
      staysFound: deletes.computed && at === 0,
    }),
  ]);
}

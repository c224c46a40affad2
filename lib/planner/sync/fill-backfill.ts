import type { Step } from '@/lib/core/plan';
import { quoteIdent, quoteName } from '@/lib/core/sql-text';
import type { Expression } from '@/lib/sql/expression';
import { type Comparable, differs } from '../compare';
import { lockOn, makeStep, type OperationContext } from '../plan-parts';
import { overRow } from './over-row';

/** Gives a column its value in the rows in which it is NULL, or does not follow what it is computed from, batch by batch. */
export function fillBackfill(
  context: OperationContext,
  column: string,
  value: Expression,
  follows?: Comparable,
): Step {
  const { table } = context;
  const onRow = overRow(value, table, 't');
  const own = `t.${quoteIdent(column)}`;
  // After a way back out of Sync old code has gone on: what it wrote meanwhile counts, where it gives a value at all.
  const isNull =
    follows === undefined
      ? `${own} IS NULL`
      : `(${own} IS NULL OR (${differs(follows, own, onRow)} AND (${onRow}) IS NOT NULL))`;
  return makeStep(context, {
    kind: 'backfill',
    slug: 'backfill',
    phase: 'dual_write',
    title: `Fill ${column} in the rows that are there`,
    sql: [`UPDATE ${quoteName(table)} AS t SET ${quoteIdent(column)} = ${onRow} WHERE ${isNull}`],
    undo: [],
    locks: lockOn(table, 'ROW EXCLUSIVE'),
    undoLocks: [],
    scans: true,
    extra: {
      backfill: {
        table: { schema: table.schema, name: table.name },
        key: table.key ?? [],
        column,
        expression: onRow,
        safeExpression: onRow,
        where: isNull,
        safeWhere: isNull,
        onFailure: 'none',
        failed: 'false',
        operation: context.index,
        estimatedRows: table.estimatedRows,
      },
    },
  });
}

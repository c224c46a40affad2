import type { Step } from '@/lib/core/plan';
import { quoteIdent, quoteName } from '@/lib/core/sql-text';
import { type Expression, replaceColumns } from '@/lib/sql/expression';
import { lockOn, makeStep, type OperationContext } from '../plan-parts';

/** Gives a column its value in the rows in which it is NULL, batch by batch. */
export function fillBackfill(context: OperationContext, column: string, value: Expression): Step {
  const { table } = context;
  const onRow = replaceColumns(value, (name) => `t.${quoteIdent(name)}`);
  const isNull = `t.${quoteIdent(column)} IS NULL`;
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

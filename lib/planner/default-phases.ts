import type { Step } from '@/lib/core/plan';
import { quoteIdent, quoteName } from '@/lib/core/sql-text';
import { parseExpression, replaceColumns } from '@/lib/sql/expression';
import { exclusiveOn, lockOn, makeStep, type OperationContext, type OperationPlan } from './plan-parts';
import { requireKey } from './refuse';

/** A nullable new column whose existing rows get a value, with or without a default that stays. Pure. */
export function defaultPhases(
  context: OperationContext,
  input: { column: string; value: string; defaultSql: string | null; before: Step },
): OperationPlan {
  const { table } = context;
  const column = quoteIdent(input.column);
  const alter = `ALTER TABLE ${quoteName(table)}`;
  const onRow = replaceColumns(parseExpression(input.value), (name) => `t.${quoteIdent(name)}`);
  const isNull = `t.${column} IS NULL`;
  const setDefault =
    input.defaultSql === null
      ? []
      : [
          makeStep(context, {
            slug: 'set_default',
            phase: 'dual_write',
            title: `Give ${input.column} its default for new rows`,
            sql: [`${alter} ALTER COLUMN ${column} SET DEFAULT ${input.defaultSql}`],
            undo: [`${alter} ALTER COLUMN ${column} DROP DEFAULT`],
            locks: exclusiveOn(table),
          }),
        ];
  return {
    newCodeAfter: 'dual_write',
    oldCodeBefore: null,
    findings: [],
    phases: {
      expand: {
        summary: `Adds ${input.column}, empty for now: its default would rewrite the table if it were added at once.`,
        steps: [input.before],
        lossless: true,
        rollback: `Takes ${input.column} out of use. It is dropped if it holds nothing, and kept as a retired column if it does.`,
      },
      dual_write: {
        summary: `Fills ${input.column} in the rows that are there.`,
        steps: [
          ...setDefault,
          makeStep(context, {
            kind: 'backfill',
            slug: 'backfill',
            phase: 'dual_write',
            title: `Fill ${input.column} in the rows that are there`,
            sql: [`UPDATE ${quoteName(table)} AS t SET ${column} = ${onRow} WHERE ${isNull}`],
            undo: [],
            locks: lockOn(table, 'ROW EXCLUSIVE'),
            undoLocks: [],
            scans: true,
            extra: {
              backfill: {
                table: { schema: table.schema, name: table.name },
                key: requireKey(table),
                column: input.column,
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
          }),
        ],
        lossless: true,
        rollback: `Takes the default away; ${input.column} keeps its values.`,
      },
    },
  };
}

import { SegueError } from '@/lib/core/errors';
import type { OperationOf } from '@/lib/core/operation';
import { quoteIdent } from '@/lib/core/sql-text';
import { fillPhases } from '../fill-phases';
import { changesColumns, type OperationDefinition, onAnyTable } from '../operation-definition';
import { type OperationContext, type OperationPlan, relationLabel } from '../plan-parts';
import { requireColumn } from '../refuse';
import { requireRowExpression } from '../require-row-expression';
import { triggerFindings } from '../trigger-findings';

/** NOT NULL for a column that is there: NULLs are filled, the absence of NULLs is proven, and only then the constraint is set. */
function setNotNullOn(operation: OperationOf<'set_not_null'>, context: OperationContext): OperationPlan {
  const { table } = context;
  const column = requireColumn(table, operation.column);
  const label = `${relationLabel(table)}.${operation.column}`;
  if (column.notNull && !column.notNullProven)
    throw new SegueError('unsupported', `"${label}" is NOT NULL already, but not proven for every row.`, {
      object: label,
      next: `Fill what is NULL, then run ALTER TABLE … VALIDATE CONSTRAINT ${quoteIdent(column.notNullName ?? '')}.`,
    });
  if (column.notNull)
    throw new SegueError('unsupported', `"${label}" is NOT NULL already.`, {
      object: label,
      next: 'Nothing needs to be done.',
    });
  if (column.generated !== null)
    throw new SegueError('unsupported', `"${label}" is a generated column and cannot be filled.`, {
      object: label,
      next: 'Change its expression so that it never gives NULL.',
    });
  const value = operation.value ?? column.default;
  if (value === null || value === undefined) {
    throw new SegueError(
      'invalid_input',
      `set_not_null on "${label}" needs a value for the rows that are NULL.`,
      { object: label, next: `Add value: for example value: "''".` },
    );
  }
  requireRowExpression(context.catalog, table, value, 'any column', 'value');
  const unique = table.indexes.find(
    (index) => index.unique && index.columns.length === 1 && index.columns[0]?.name === column.name,
  );
  const findings = triggerFindings(table, column.name, context.index).filter(
    (finding) => finding.rule === 'backfill-fires-triggers',
  );
  return fillPhases(context, {
    column: operation.column,
    value,
    before: null,
    defaultSql: null,
    findings:
      unique === undefined
        ? findings
        : [
            ...findings,
            {
              rule: 'fill-unique',
              severity: 'warning',
              operation: context.index,
              message: `"${label}" is unique (${unique.name}): one value for several NULLs would collide.`,
              fix: 'Give a value that differs from row to row.',
            },
          ],
  });
}

export const setNotNull: OperationDefinition<'set_not_null'> = {
  compile: onAnyTable(setNotNullOn),
  touches: changesColumns(({ column }) => [column]),
  expressions: ({ value }) => [value],
};

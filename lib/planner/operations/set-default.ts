import type { OperationOf } from '@/lib/core/operation';
import { quoteIdent } from '@/lib/core/sql-text';
import { TRIAL_TABLE, trialTable } from '../direct/trial-table';
import { changesColumns, type OperationDefinition, onTable } from '../operation-definition';
import {
  alterTable,
  exclusiveOn,
  makeStep,
  type OperationContext,
  type OperationPlan,
  relationLabel,
} from '../plan-parts';
import { refuse, requireColumn } from '../refuse';
import { requireRowExpression } from '../require-row-expression';

/** The column, if it may have a default of its own. */
export function requireDefaultable(context: OperationContext, name: string) {
  const column = requireColumn(context.table, name);
  const label = `${relationLabel(context.table)}.${name}`;
  if (column.generated !== null)
    refuse(`"${label}" is a generated column: it has no default.`, label, 'Change its expression instead.');
  if (column.identity !== null)
    refuse(`"${label}" is an identity column: it has no default.`, label, 'Nothing needs to be done.');
  return column;
}

/** A default for rows that are written from now on; those that are there are left alone. */
function setDefaultOf(operation: OperationOf<'set_default'>, context: OperationContext): OperationPlan {
  const { table } = context;
  const column = requireDefaultable(context, operation.column);
  requireRowExpression(context.catalog, table, operation.default, [], 'default');
  const alter = `${alterTable(table)} ALTER COLUMN ${quoteIdent(column.name)}`;
  const before = column.default;
  return {
    newCodeAfter: 'expand',
    oldCodeBefore: null,
    findings: [
      {
        rule: 'default-for-old-code',
        severity: 'info',
        operation: context.index,
        message: `Old code that leaves ${column.name} out gets ${operation.default} too, instead of ${before ?? 'NULL'}.`,
        fix: null,
      },
    ],
    trials: [
      {
        sql: [
          trialTable(table),
          `ALTER TABLE ${TRIAL_TABLE} ALTER COLUMN ${quoteIdent(column.name)} SET DEFAULT ${operation.default}`,
        ],
        field: 'default',
      },
    ],
    phases: {
      expand: {
        summary: `New rows that leave ${column.name} out get ${operation.default}. Rows that are there do not change.`,
        steps: [
          makeStep(context, {
            slug: 'set_default',
            phase: 'expand',
            title: `Set the default of ${column.name}`,
            sql: [`${alter} SET DEFAULT ${operation.default}`],
            undo: [before === null ? `${alter} DROP DEFAULT` : `${alter} SET DEFAULT ${before}`],
            locks: exclusiveOn(table),
          }),
        ],
        lossless: true,
        rollback: `${before === null ? 'Takes the default away' : `Sets it to ${before} again`}. Rows keep the values that they got.`,
      },
    },
  };
}

export const setDefault: OperationDefinition<'set_default'> = {
  compile: onTable(setDefaultOf),
  touches: changesColumns(({ column }) => [column]),
  expressions: (operation) => [operation.default],
};

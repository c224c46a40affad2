import type { OperationOf } from '@/lib/core/operation';
import { quoteIdent } from '@/lib/core/sql-text';
import { fillNotes } from '../deploy/fill-notes';
import { changesColumns, type OperationDefinition, onTable } from '../operation-definition';
import {
  alterTable,
  exclusiveOn,
  makeStep,
  type OperationContext,
  type OperationPlan,
  relationLabel,
} from '../plan-parts';
import { refuse } from '../refuse';
import { requireDefaultable } from './set-default';

/** A default taken away, once no running code counts on it. */
function dropDefaultOf(operation: OperationOf<'drop_default'>, context: OperationContext): OperationPlan {
  const { table } = context;
  const column = requireDefaultable(context, operation.column);
  const label = `${relationLabel(table)}.${column.name}`;
  const before =
    column.default ??
    (context.catalog.assumed
      ? 'NULL'
      : refuse(`"${label}" has no default.`, label, 'Nothing needs to be done.'));
  const alter = `${alterTable(table)} ALTER COLUMN ${quoteIdent(column.name)}`;
  const without = column.notNull
    ? `a row that leaves ${column.name} out is refused: it is NOT NULL`
    : `a row that leaves ${column.name} out holds NULL`;
  return {
    newCodeAfter: null,
    oldCodeBefore: 'contract',
    findings: [],
    phases: {
      contract: {
        summary: `From here on ${without}.`,
        steps: [
          makeStep(context, {
            slug: 'drop_default',
            phase: 'contract',
            title: `Drop the default of ${column.name}`,
            sql: [`${alter} DROP DEFAULT`],
            undo: [`${alter} SET DEFAULT ${before}`],
            locks: exclusiveOn(table),
          }),
        ],
        deploy: fillNotes(context, column.name, before, false),
        lossless: true,
        rollback: `Sets the default to ${before} again. Rows written meanwhile keep what they hold.`,
      },
    },
  };
}

export const dropDefault: OperationDefinition<'drop_default'> = {
  compile: onTable(dropDefaultOf),
  touches: changesColumns(({ column }) => [column]),
};

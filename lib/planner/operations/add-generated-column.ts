import type { OperationOf } from '@/lib/core/operation';
import { quoteIdent } from '@/lib/core/sql-text';
import { parseExpression } from '@/lib/sql/expression';
import { TRIAL_TABLE, trialTable } from '../direct/trial-table';
import { type OperationDefinition, onTable, touch } from '../operation-definition';
import {
  alterTable,
  exclusiveOn,
  makeStep,
  type OperationContext,
  type OperationPlan,
  relationLabel,
} from '../plan-parts';
import { refuse, requireFreeName } from '../refuse';
import { requireRowExpression } from '../require-row-expression';
import { requireType } from './change-type';

type AddGenerated = OperationOf<'add_generated_column'>;

/** A virtual generated column: computed when it is read, so adding it touches the catalog only. */
function addGeneratedTo(operation: AddGenerated, context: OperationContext): OperationPlan {
  const { table, catalog } = context;
  const label = `${relationLabel(table)}.${operation.column}`;
  requireFreeName(table, operation.column);
  const type = requireType(context, operation.type, operation.column);
  if (operation.stored)
    refuse(
      `A stored generated column "${label}" would rewrite the table while every query waits.`,
      label,
      'On PostgreSQL 18 leave stored out: a virtual one is computed when read. Otherwise add_column with a value, and let your code or a trigger of your own keep it.',
      'stored',
    );
  if (catalog.serverVersionNum < 180000)
    refuse(
      `"${label}" would have to be stored: PostgreSQL has virtual generated columns from version 18 on.`,
      label,
      'Use an index over the expression (add_index with keys), a view, or add_column with a value.',
      'column',
    );
  requireRowExpression(catalog, table, operation.expression, 'any column', 'generated');
  const column = `ADD COLUMN ${quoteIdent(operation.column)} ${type.type} GENERATED ALWAYS AS (${operation.expression}) VIRTUAL`;
  return {
    newCodeAfter: 'expand',
    oldCodeBefore: null,
    findings: [],
    trials: [{ sql: [trialTable(table), `ALTER TABLE ${TRIAL_TABLE} ${column}`], field: 'expression' }],
    phases: {
      expand: {
        summary: `Adds ${operation.column}, computed from ${operation.expression} whenever it is read.`,
        steps: [
          makeStep(context, {
            slug: 'add_column',
            phase: 'expand',
            title: `Add the generated column ${operation.column}`,
            sql: [`${alterTable(table)} ${column}`],
            undo: [`${alterTable(table)} DROP COLUMN ${quoteIdent(operation.column)}`],
            locks: exclusiveOn(table),
          }),
        ],
        lossless: true,
        rollback: `Drops ${operation.column}. It holds no data of its own.`,
      },
    },
  };
}

export const addGeneratedColumn: OperationDefinition<'add_generated_column'> = {
  compile: onTable(addGeneratedTo),
  touches: (operation) => [
    ...touch(operation.table, 'column', [operation.column], true),
    ...touch(
      operation.table,
      'column',
      parseExpression(operation.expression).columns.map((column) => column.name),
      false,
    ),
  ],
  expressions: ({ expression }) => [expression],
  types: ({ type }) => [type],
};

import { SegueError } from '@/lib/core/errors';
import type { OperationOf } from '@/lib/core/operation';
import { quoteIdent } from '@/lib/core/sql-text';
import { newName } from '../direct/new-name';
import { type OperationDefinition, onTable, touch } from '../operation-definition';
import { makeStep, notBefore, type OperationContext, type OperationPlan, relationLabel } from '../plan-parts';
import { refuse } from '../refuse';

/** Another name for an index: the catalog alone, and nobody waits. */
function renameIndexOf(operation: OperationOf<'rename_index'>, context: OperationContext): OperationPlan {
  const { table } = context;
  const { from, to } = operation;
  const label = `${relationLabel(table)}.${from}`;
  const index = table.indexes.find(({ name }) => name === from);
  if (index === undefined && !context.catalog.assumed)
    throw new SegueError('not_found', `There is no index "${from}" on "${relationLabel(table)}".`, {
      object: label,
      next: `Its indexes are: ${table.indexes.map(({ name }) => name).join(', ') || 'none'}.`,
      evidence: { field: 'from' },
    });
  if (index?.constraint != null)
    refuse(
      `The index "${from}" carries the constraint "${index.constraint}", which has the same name.`,
      label,
      `Rename the constraint: rename_constraint: { table: ${relationLabel(table)}, from: ${index.constraint}, to: ${to} }.`,
      'from',
    );
  newName(table, to, [], '');
  const phase = notBefore('expand', context);
  const rename = (old: string, fresh: string) =>
    `ALTER INDEX ${quoteIdent(table.schema)}.${quoteIdent(old)} RENAME TO ${quoteIdent(fresh)}`;
  return {
    newCodeAfter: null,
    oldCodeBefore: null,
    findings: [],
    phases: {
      [phase]: {
        summary: `Renames the index ${from} to ${to}. Code does not name indexes.`,
        steps: [
          makeStep(context, {
            slug: 'rename_index',
            phase,
            title: `Rename the index ${from} to ${to}`,
            sql: [rename(from, to)],
            undo: [rename(to, from)],
            locks: [],
          }),
        ],
        lossless: true,
        rollback: `Renames it back to ${from}.`,
      },
    },
  };
}

export const renameIndex: OperationDefinition<'rename_index'> = {
  compile: onTable(renameIndexOf),
  touches: ({ table, from, to }) => touch(table, 'index', [from, to], true),
};

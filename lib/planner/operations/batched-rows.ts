import type { KeyColumn, Step } from '@/lib/core/plan';
import type { RowsDelete } from '@/lib/core/rows-delete';
import type { RowsUpdate } from '@/lib/core/rows-update';
import { lockOn, makeStep, type OperationContext } from '../plan-parts';

interface BatchedRows {
  readonly slug: 'update' | 'delete';
  readonly title: string;
  /** The statement as a person reads it: the engine runs it in batches. */
  readonly shown: string;
  readonly key: readonly KeyColumn[];
  /** The column that stands for the work. */
  readonly column: string;
  readonly expression: string;
  readonly work: { readonly rows: RowsUpdate } | { readonly deletes: RowsDelete };
  /** The way back writes rows too. */
  readonly comesBack: boolean;
}

/** The step of Sync that works on rows in batches, found by their key: nothing mends those that move meanwhile. */
export function batchedRows(
  context: OperationContext,
  { slug, title, shown, key, column, expression, work, comesBack }: BatchedRows,
): Step {
  const { table } = context;
  return makeStep(context, {
    kind: 'backfill',
    slug,
    phase: 'dual_write',
    title,
    sql: [shown],
    undo: [],
    locks: lockOn(table, 'ROW EXCLUSIVE'),
    undoLocks: comesBack ? lockOn(table, 'ROW EXCLUSIVE') : [],
    scans: true,
    extra: {
      backfill: {
        table: { schema: table.schema, name: table.name },
        key,
        column,
        expression,
        safeExpression: expression,
        where: 'true',
        safeWhere: 'true',
        onFailure: 'none',
        failed: 'false',
        operation: context.index,
        estimatedRows: table.estimatedRows,
        byKey: true,
        ...work,
      },
    },
  });
}

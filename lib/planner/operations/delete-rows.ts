import type { OperationOf } from '@/lib/core/operation';
import type { Finding, Step } from '@/lib/core/plan';
import type { RowsDelete } from '@/lib/core/rows-delete';
import { quoteIdent, quoteName, type RelationName } from '@/lib/core/sql-text';
import { updateParts } from '@/lib/sql/update-parts';
import { same } from '../compare';
import { type OperationDefinition, onAnyTable, touch } from '../operation-definition';
import { makeStep, type OperationContext, type OperationPlan, relationLabel } from '../plan-parts';
import { requireKey } from '../refuse';
import { triggerFindings } from '../trigger-findings';
import { batchedRows } from './batched-rows';
import { createKept, goingRows, keptColumns } from './going-rows';

type DeleteRows = OperationOf<'delete_rows'>;

const aliasOf = ({ as, table }: DeleteRows): string => as ?? table.name;

/** What the condition names; it is parsed for itself, so that its text can stand in another statement. */
const conditionOf = (operation: DeleteRows) =>
  updateParts({
    alias: aliasOf(operation),
    set: 'a = 1',
    from: null,
    where: operation.where ?? null,
  });

function findingsOf(
  operation: DeleteRows,
  context: OperationContext,
  others: readonly RelationName[],
): Finding[] {
  const { table } = context;
  const label = relationLabel(table);
  const about = (
    rule: string,
    severity: Finding['severity'],
    message: string,
    fix: string | null,
  ): Finding => ({
    rule,
    severity,
    operation: context.index,
    message,
    fix,
  });
  return [
    about(
      'rows-gone-in-sync',
      'warning',
      `From Sync on old code no longer finds these rows of ${label}. It deletes the rows that are there, in batches of the key; rows that code writes after their batch, or beyond the last key at the start, stay.`,
      'If old code still writes such rows, run the same delete again after its last version is gone.',
    ),
    ...(others.length === 0
      ? []
      : [
          about(
            'rows-go-along',
            'warning',
            `Rows of ${others.map(relationLabel).join(', ')} go with them, by ON DELETE CASCADE. They are kept too and come back with them.`,
            null,
          ),
        ]),
    ...(conditionOf(operation).readsClock
      ? [
          about(
            'clock-per-batch',
            'info',
            'The clock is read batch by batch: a row that grows old enough meanwhile may go too.',
            'Write a fixed time if that matters.',
          ),
        ]
      : []),
    ...triggerFindings(table, '', context.index)
      .filter(({ rule }) => rule === 'backfill-fires-triggers')
      .map((finding) => ({
        ...finding,
        message: `Its row triggers fire for each row of ${label} that goes, and for each that comes back: ${table.triggers
          .filter(({ row }) => row)
          .map(({ name }) => name)
          .join(', ')}.`,
        fix: 'If that matters, let the trigger return early while Segue works: its session has the application name "segue".',
      })),
  ];
}

/** A DELETE of rows that are there, in batches of the key. They are kept beside until Delete, with the rows that go with them. */
function deleteRowsOf(operation: DeleteRows, context: OperationContext): OperationPlan {
  const { table } = context;
  const key = requireKey(table);
  const { reads } = conditionOf(operation);
  const itself = reads.some(
    ({ schema, name }) => name === table.name && (schema === null || schema === table.schema),
  );
  const tables = goingRows(context);
  const [own, ...along] = tables;
  const alias = aliasOf(operation);
  const rows: RowsDelete = {
    alias,
    where: operation.where ?? null,
    computed: itself,
    unchanged: keptColumns(table).map((column, at) =>
      same(column, `t.${quoteIdent(column.name)}`, `b.c${at}`),
    ),
    tables,
  };
  const what = operation.where === undefined ? `all rows of ${table.name}` : `rows of ${table.name}`;
  const where = operation.where === undefined ? '' : ` WHERE ${operation.where}`;
  const shown = `DELETE FROM ${quoteName(table)} AS ${quoteIdent(alias)}${where}`;
  const drop = tables.map(({ kept }) => `DROP TABLE ${quoteName(kept)}`);
  const find: Step[] = itself
    ? [
        makeStep(context, {
          slug: 'find',
          phase: 'dual_write',
          title: `Find the rows of ${table.name} that go`,
          sql: [
            `INSERT INTO ${quoteName(own.kept)} SELECT ${own.columns.map((name) => `${quoteIdent(alias)}.${quoteIdent(name)}`).join(', ')}, 0 FROM ${quoteName(table)} AS ${quoteIdent(alias)}${where}`,
          ],
          undo: [`DELETE FROM ${quoteName(own.kept)}`],
          locks: [],
          scans: true,
        }),
      ]
    : [];
  const remove = batchedRows(context, {
    slug: 'delete',
    title: `Delete ${what} that are there`,
    shown,
    key,
    column: key[0]?.name ?? '',
    expression: 'NULL',
    work: { deletes: rows },
    comesBack: true,
  });
  return {
    newCodeAfter: 'dual_write',
    oldCodeBefore: null,
    partners: along.map((each) => each.table),
    findings: findingsOf(
      operation,
      context,
      along.map((each) => each.table),
    ),
    trials: [
      {
        sql: [`EXPLAIN ${shown}`],
        field: 'where',
        about: {
          what: 'PostgreSQL refuses the delete',
          next: 'Write names of other tables and functions with their schema.',
        },
      },
    ],
    phases: {
      dual_write: {
        summary: `Deletes ${what} in batches. They are kept beside until Delete${along.length === 0 ? '' : `, with the rows of ${along.map((each) => each.table.name).join(', ')} that go with them`}.`,
        steps: [
          makeStep(context, {
            slug: 'keep',
            phase: 'dual_write',
            title: `Make room for the rows of ${table.name} that go`,
            sql: tables.flatMap((each) => createKept(context, each)),
            undo: [...drop].reverse(),
            locks: [],
          }),
          ...find,
          remove,
        ],
        lossless: true,
        rollback: `Brings the deleted rows of ${table.name} back. One whose key is taken again, or whose parent is gone, is recorded instead.`,
      },
      purge: {
        summary: `Deletes the rows of ${table.name} that were kept. This cannot be undone.`,
        steps: [
          makeStep(context, {
            slug: 'drop_kept',
            phase: 'purge',
            title: `Delete the rows of ${table.name} that were kept`,
            sql: drop,
            undo: [],
            locks: [],
          }),
        ],
        lossless: false,
        rollback: 'Cannot be rolled back.',
      },
    },
  };
}

export const deleteRows: OperationDefinition<'delete_rows'> = {
  compile: onAnyTable(deleteRowsOf),
  touches: (operation) => touch(operation.table, 'column', conditionOf(operation).mentions, false),
};

import { SegueError } from '@/lib/core/errors';
import type { OperationOf } from '@/lib/core/operation';
import type { Step } from '@/lib/core/plan';
import { quoteIdent } from '@/lib/core/sql-text';
import type { TableInfo } from '../catalog';
import { clusterOn, indexAttributes } from '../clone/index-attributes';
import { concurrently } from '../direct/index-step';
import { type OperationDefinition, onTable, touch } from '../operation-definition';
import { lockOn, makeStep, type OperationContext, type OperationPlan, relationLabel } from '../plan-parts';
import { refuse, refuseIdentity, requireIndexRights } from '../refuse';

function requireIndex(table: TableInfo, name: string): TableInfo['indexes'][number] {
  const label = `${relationLabel(table)}.${name}`;
  const index = table.indexes.find((candidate) => candidate.name === name);
  if (index === undefined)
    throw new SegueError('not_found', `There is no index "${name}" on "${relationLabel(table)}".`, {
      object: label,
      next: `Its indexes are: ${table.indexes.map((candidate) => candidate.name).join(', ') || 'none'}.`,
      evidence: { field: 'index' },
    });
  if (index.constraint !== null)
    refuse(
      `The index "${name}" carries the constraint "${index.constraint}".`,
      label,
      `Drop the constraint: drop_constraint: { table: ${relationLabel(table)}, constraint: ${index.constraint} }.`,
      'index',
    );
  if (index.replicaIdentity) refuseIdentity(table, index, 'would go');
  const keys = index.columns.map((column) => column.name);
  const inbound = table.inboundForeignKeys.find(
    (key) =>
      index.unique &&
      key.columns.length === keys.length &&
      key.columns.every((column) => keys.includes(column)),
  );
  if (
    inbound !== undefined &&
    !table.indexes.some(
      (other) =>
        other !== index &&
        other.unique &&
        other.columns.length === keys.length &&
        keys.every((key) => other.columns.some((column) => column.name === key)),
    )
  )
    refuse(
      `The foreign key "${inbound.name}" of "${relationLabel(inbound.table)}" rests on the index "${name}".`,
      label,
      'Drop that foreign key first.',
      'index',
    );
  return index;
}

/** Undone last: what CREATE INDEX does not say. */
function describeBack(context: OperationContext, index: TableInfo['indexes'][number]): Step[] {
  const described = [
    ...indexAttributes(context.table, index, index.name),
    ...clusterOn(context.table, index, index.name),
  ];
  if (described.length === 0) return [];
  return [
    makeStep(context, {
      slug: 'comment_back',
      phase: 'contract',
      title: `On the way back: describe ${index.name} again`,
      sql: [],
      undo: described,
      locks: [],
      undoLocks: index.clustered ? lockOn(context.table, 'SHARE UPDATE EXCLUSIVE') : [],
    }),
  ];
}

/** An index dropped concurrently; its definition is kept for the way back. */
function dropIndexOf(operation: OperationOf<'drop_index'>, context: OperationContext): OperationPlan {
  const { table } = context;
  const index = requireIndex(table, operation.index);
  requireIndexRights(table);
  const relation = { schema: table.schema, name: table.name };
  const full = `${quoteIdent(table.schema)}.${quoteIdent(index.name)}`;
  return {
    newCodeAfter: index.unique ? 'contract' : null,
    oldCodeBefore: null,
    findings: index.unique
      ? [
          {
            rule: 'unique-goes',
            severity: 'warning',
            operation: context.index,
            message: `${index.name} is unique: after Retire two rows may be the same, and ON CONFLICT over its columns fails.`,
            fix: null,
          },
        ]
      : [],
    phases: {
      contract: {
        summary: `Drops the index ${index.name} while everybody works on.`,
        steps: [
          ...describeBack(context, index),
          makeStep(context, {
            kind: 'drop_index',
            slug: 'drop_index',
            phase: 'contract',
            title: `Drop the index ${index.name}`,
            sql: [`DROP INDEX CONCURRENTLY IF EXISTS ${full}`],
            undo: [concurrently(index)],
            locks: lockOn(table, 'SHARE UPDATE EXCLUSIVE'),
            transactional: false,
            undoTransactional: false,
            extra: { index: { table: relation, name: index.name } },
          }),
        ],
        entryChecks: [
          {
            id: `${context.index + 1}.index_usage`,
            title: `Nobody uses ${index.name}`,
            work: { kind: 'index_usage', table: relation, index: index.name },
          },
        ],
        lossless: true,
        rollback: `Builds ${index.name} again while everybody works on.`,
      },
    },
  };
}

export const dropIndex: OperationDefinition<'drop_index'> = {
  compile: onTable(dropIndexOf),
  touches: ({ table, index }) => touch(table, 'index', [index], true),
};

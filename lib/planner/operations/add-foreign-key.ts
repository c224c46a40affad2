import { SegueError } from '@/lib/core/errors';
import type { OperationOf } from '@/lib/core/operation';
import type { Finding, Step } from '@/lib/core/plan';
import { quoteIdent, quoteName } from '@/lib/core/sql-text';
import { findTable, type TableInfo } from '../catalog';
import { constraintSteps } from '../clone/constraint-steps';
import { foreignKeyConstraint } from '../clone/constraints';
import { orphanCondition } from '../clone/orphans';
import { foreignKeyCode } from '../deploy/constraint-code';
import { constraintNote } from '../deploy/constraint-notes';
import { indexStep } from '../direct/index-step';
import { newName } from '../direct/new-name';
import { type OperationDefinition, onTable, touch } from '../operation-definition';
import { type OperationContext, type OperationPlan, relationLabel } from '../plan-parts';
import { refuse, requireColumn, requireIndexRights } from '../refuse';
import { comparable } from '../refuse-conversion';

type AddForeignKey = OperationOf<'add_foreign_key'>;

/** The referenced table and columns, which must be a key of it. */
function requireParent(
  operation: AddForeignKey,
  context: OperationContext,
): { readonly parent: TableInfo; readonly columns: readonly string[] } {
  const label = relationLabel(operation.references);
  const parent = findTable(context.catalog, operation.references);
  if (parent === undefined)
    throw new SegueError('unknown_table', `There is no table "${label}" in this database.`, {
      object: label,
      next: 'Check the spelling and the schema; names are case-sensitive here.',
      evidence: { field: 'references' },
    });
  if (!parent.mayReference)
    throw new SegueError(
      'missing_rights',
      `The role of this connection may not make a foreign key to "${label}".`,
      { object: label, next: `GRANT REFERENCES ON ${quoteName(parent)} TO the role of this connection.` },
    );
  const columns = operation.referencedColumns ?? parent.primaryKey;
  for (const column of columns) requireColumn(parent, column);
  const same = (index: TableInfo['indexes'][number]) =>
    index.unique &&
    index.valid &&
    index.predicate === null &&
    index.columns.length === columns.length &&
    columns.every((column) => index.columns.some((part) => part.name === column));
  if (!context.catalog.assumed && !parent.indexes.some(same))
    refuse(
      `No primary key or unique constraint of "${label}" covers exactly (${columns.join(', ')}).`,
      label,
      'Reference the columns of one, or add a unique constraint first.',
      'referencedColumns',
    );
  if (columns.length !== operation.columns.length)
    refuse(
      `The foreign key has ${operation.columns.length} columns and references ${columns.length}.`,
      label,
      `Name as many columns as (${columns.join(', ')}).`,
      'columns',
    );
  return { parent, columns };
}

function indexFor(
  operation: AddForeignKey,
  context: OperationContext,
): { readonly steps: Step[]; readonly findings: Finding[] } {
  const { table } = context;
  const leads = table.indexes.some(
    (index) =>
      index.valid &&
      index.predicate === null &&
      operation.columns.every((column) =>
        index.columns.slice(0, operation.columns.length).some((part) => part.name === column),
      ),
  );
  if (leads) return { steps: [], findings: [] };
  const list = operation.columns.join(', ');
  if (!operation.index)
    return {
      steps: [],
      findings: [
        {
          rule: 'foreign-key-without-index',
          severity: 'warning',
          operation: context.index,
          message: `No index of ${relationLabel(table)} begins with ${list}: every delete in ${relationLabel(operation.references)} reads the whole table.`,
          fix: 'Say index: true.',
        },
      ],
    };
  requireIndexRights(table);
  const name = newName(table, undefined, operation.columns, 'idx');
  return {
    steps: [
      indexStep(context, {
        name,
        create: `CREATE INDEX CONCURRENTLY ${quoteIdent(name)} ON ${quoteName(table)} (${operation.columns.map(quoteIdent).join(', ')})`,
        phase: 'dual_write',
      }),
    ],
    findings: [
      {
        rule: 'foreign-key-index',
        severity: 'info',
        operation: context.index,
        message: `Builds the index ${name} too: without it every delete in ${relationLabel(operation.references)} would read the whole table.`,
        fix: 'Say index: false if you do not want it.',
      },
    ],
  };
}

/** A foreign key: rows without a parent are named first; new writes are asked, then every row is proven. */
function addForeignKeyTo(operation: AddForeignKey, context: OperationContext): OperationPlan {
  const { table } = context;
  const own = operation.columns.map((column) => requireColumn(table, column));
  const { parent, columns } = requireParent(operation, context);
  own.forEach((column, index) => {
    const other = requireColumn(parent, columns[index] ?? '');
    if (!context.catalog.assumed && !comparable(column.baseType, other.baseType))
      refuse(
        `"${column.name}" is ${column.type} and "${relationLabel(parent)}.${other.name}" is ${other.type}: they cannot be joined by a foreign key.`,
        `${relationLabel(table)}.${column.name}`,
        'Change the type of one of them first.',
        'columns',
      );
  });
  const relation = { schema: table.schema, name: table.name };
  const references = { schema: parent.schema, name: parent.name };
  const name = newName(table, operation.name, operation.columns, 'fkey');
  const index = indexFor(operation, context);
  const foreign = {
    name,
    columns: operation.columns,
    references,
    referencedColumns: columns,
    onDelete: operation.onDelete.toUpperCase(),
    onDeleteColumns: [],
    onUpdate: operation.onUpdate.toUpperCase(),
    match: 'SIMPLE',
    deferrable: operation.deferrable,
    initiallyDeferred: false,
    validated: true,
    enforced: true,
    comment: null,
  };
  const clone = foreignKeyConstraint(relation, foreign);
  const list = operation.columns.join(', ');
  return {
    newCodeAfter: null,
    oldCodeBefore: 'dual_write',
    bindsOnly: true,
    partners: [references],
    findings: index.findings,
    phases: {
      dual_write: {
        summary: `Asks new writes of ${list} for a row in ${parent.name}, then proves it for every row.`,
        steps: [...index.steps, ...constraintSteps(context, [clone])],
        entryChecks: [
          {
            id: `${context.index + 1}.orphans`,
            title: `Every ${list} has its row in ${parent.name}`,
            work: {
              kind: 'violations',
              table: relation,
              key: table.key ?? [],
              where: orphanCondition(foreign),
              show: operation.columns,
            },
          },
        ],
        exitChecks: [
          {
            id: `${context.index + 1}.validated`,
            title: `${name} is proven`,
            work: { kind: 'constraints_validated', table: relation, names: [name] },
          },
        ],
        deploy: constraintNote({
          table: relation,
          name,
          rule: `every ${list} has its row in ${parent.name} (${columns.join(', ')})`,
          broken: orphanCondition(foreign),
          code: foreignKeyCode(relation, name, operation.columns, references, columns),
        }),
        lossless: true,
        rollback: `Drops the foreign key ${name}${index.steps.length === 0 ? '' : ' and its index'}.`,
      },
    },
  };
}

export const addForeignKey: OperationDefinition<'add_foreign_key'> = {
  compile: onTable(addForeignKeyTo),
  touches: (operation) => [
    ...touch(operation.table, 'column', operation.columns, false),
    ...touch(operation.references, 'column', operation.referencedColumns ?? [], false),
    ...touch(operation.table, 'constraint', [operation.name], true),
  ],
  reads: ({ references }) => [references],
};

import type { OperationOf } from '@/lib/core/operation';
import { quoteIdent, quoteName } from '@/lib/core/sql-text';
import { uniqueCode } from '../deploy/constraint-code';
import { constraintNote } from '../deploy/constraint-notes';
import { indexStep } from '../direct/index-step';
import { newName } from '../direct/new-name';
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
import { refuse, requireColumn, requireIndexRights } from '../refuse';

type AddUnique = OperationOf<'add_unique'>;

/** A unique constraint: duplicates are named first, its index is built concurrently, and only then it becomes the constraint. */
function addUniqueTo(operation: AddUnique, context: OperationContext): OperationPlan {
  const { table, catalog } = context;
  for (const column of operation.columns) requireColumn(table, column);
  requireIndexRights(table);
  if (operation.nullsNotDistinct && catalog.serverVersionNum < 150000)
    refuse(
      'NULLS NOT DISTINCT needs PostgreSQL 15 or later.',
      relationLabel(table),
      'Leave it out, or make the columns NOT NULL first.',
      'nullsNotDistinct',
    );
  const relation = { schema: table.schema, name: table.name };
  const name = newName(table, operation.name, operation.columns, 'key');
  const nulls = operation.nullsNotDistinct ? ' NULLS NOT DISTINCT' : '';
  const keys = `(${operation.columns.map(quoteIdent).join(', ')})${nulls}`;
  const list = operation.columns.join(', ');
  const values = operation.columns.map((column) => `t.${quoteIdent(column)}`);
  const add = `${alterTable(table)} ADD CONSTRAINT ${quoteIdent(name)} UNIQUE USING INDEX ${quoteIdent(name)}`;
  const build = indexStep(context, {
    name,
    create: `CREATE UNIQUE INDEX CONCURRENTLY ${quoteIdent(name)} ON ${quoteName(table)} ${keys}`,
    phase: 'dual_write',
  });
  return {
    newCodeAfter: null,
    oldCodeBefore: 'dual_write',
    bindsOnly: true,
    findings: [],
    trials: [{ sql: [trialTable(table), `CREATE UNIQUE INDEX ON ${TRIAL_TABLE} ${keys}`], field: 'columns' }],
    phases: {
      dual_write: {
        summary: `Builds a unique index over ${list} while everybody works on, and makes it the constraint ${name}.`,
        steps: [
          build,
          makeStep(context, {
            slug: `unique.${name}`,
            phase: 'dual_write',
            title: `Make ${name} the unique constraint`,
            sql: [add],
            undo: [`${alterTable(table)} DROP CONSTRAINT ${quoteIdent(name)}`],
            locks: exclusiveOn(table),
            extra: { alsoUndoes: [build.id] },
          }),
        ],
        entryChecks: [
          {
            id: `${context.index + 1}.duplicates`,
            title: `No two rows have the same ${list}`,
            work: {
              kind: 'duplicates',
              table: relation,
              key: table.key ?? [],
              values,
              where: operation.nullsNotDistinct
                ? 'true'
                : values.map((value) => `${value} IS NOT NULL`).join(' AND '),
            },
          },
        ],
        deploy: constraintNote({
          table: relation,
          name,
          rule: `no two rows have the same ${list}`,
          broken: null,
          code: uniqueCode(relation, name, operation.columns),
        }),
        lossless: true,
        rollback: `Drops the constraint ${name} with its index.`,
      },
    },
  };
}

export const addUnique: OperationDefinition<'add_unique'> = {
  compile: onTable(addUniqueTo),
  touches: (operation) => [
    ...touch(operation.table, 'column', operation.columns, false),
    ...touch(operation.table, 'constraint', [operation.name], true),
  ],
};

import type { OperationOf } from '@/lib/core/operation';
import type { CheckSpec, DeployNote, Step, StepLock } from '@/lib/core/plan';
import { quoteIdent, quoteName, type RelationName } from '@/lib/core/sql-text';
import type { TableInfo } from '../catalog';
import { foreignKeyConstraint } from '../clone/constraints';
import { retentionCheck } from '../delete-checks';
import { nameOfRetired } from '../names';
import { type OperationDefinition, onTable } from '../operation-definition';
import { makeStep, type OperationContext, type OperationPlan, relationLabel } from '../plan-parts';
import { refuse } from '../refuse';

function requireUnreferenced(table: TableInfo): void {
  const label = relationLabel(table);
  const inbound = table.inboundForeignKeys.find((key) => relationLabel(key.table) !== label);
  if (inbound !== undefined)
    refuse(
      `The foreign key "${inbound.name}" of "${relationLabel(inbound.table)}" points at "${label}".`,
      label,
      `Drop it first: drop_constraint: { table: ${relationLabel(inbound.table)}, constraint: ${inbound.name} }.`,
      'table',
    );
  const view = table.dependents.find(
    ({ kind }) => kind === 'view' || kind === 'materialized view' || kind === 'function',
  );
  if (view !== undefined)
    refuse(
      `The ${view.kind} "${view.name}" reads "${label}".`,
      label,
      `Drop or rewrite the ${view.kind} "${view.name}" first.`,
      'table',
    );
}

/** Its own foreign keys go at Retire: rows that nobody sees must not hold their parents. Undone in reverse, proven last. */
function foreignKeySteps(context: OperationContext): Step[] {
  const { table } = context;
  return table.foreignKeys
    .filter((key) => relationLabel(key.references) !== relationLabel(table))
    .flatMap((key) => {
      const clone = foreignKeyConstraint({ schema: table.schema, name: table.name }, key);
      return [
        ...(key.validated
          ? [
              makeStep(context, {
                kind: 'validate',
                slug: `prove_back.${key.name}`,
                phase: 'contract',
                title: `On the way back: prove ${key.name} for every row`,
                sql: [],
                undo: [clone.validate],
                locks: [],
                undoLocks: clone.validateLocks,
              }),
            ]
          : []),
        makeStep(context, {
          slug: `foreign_key.${key.name}`,
          phase: 'contract',
          title: `Drop the foreign key ${key.name}`,
          sql: [clone.drop],
          undo: [clone.add, ...(clone.comment === null ? [] : [clone.comment])],
          locks: clone.dropLocks,
          undoLocks: clone.addLocks,
        }),
      ];
    });
}

/** Parents that were deleted while the table was away. */
function orphanChecks(context: OperationContext, retired: RelationName): CheckSpec[] {
  const { table } = context;
  return table.foreignKeys
    .filter((key) => key.validated && relationLabel(key.references) !== relationLabel(table))
    .map((key) => {
      const filled = key.columns.map((column) => `t.${quoteIdent(column)} IS NOT NULL`).join(' AND ');
      const joined = key.columns
        .map((column, at) => `p.${quoteIdent(key.referencedColumns[at] ?? '')} = t.${quoteIdent(column)}`)
        .join(' AND ');
      return {
        id: `${context.index + 1}.orphans.${key.name}`,
        title: `Every row still has its row in ${key.references.name}`,
        work: {
          kind: 'violations',
          table: retired,
          key: table.key ?? [],
          where: `${filled} AND NOT EXISTS (SELECT FROM ${quoteName(key.references)} AS p WHERE ${joined})`,
          show: key.columns,
        },
      };
    });
}

function notesOf(table: TableInfo): { stopReading: DeployNote; stopped: DeployNote } {
  const code = {
    drizzle: `// schema.ts: take pgTable(${JSON.stringify(table.name)}, …) out`,
    prisma: `// schema.prisma: take the model for ${table.name} out`,
    knex: `// take every knex(${JSON.stringify(table.name)}) out`,
    sql: `-- no query names ${quoteName(table)} any more`,
  };
  const test = `import { expect, it } from 'vitest'
import { db } from './db' // your own: db.query(sql, values) → { rows }

it('nobody names ${table.name} any more', async () => {
  const { rows } = await db.query("SELECT query FROM pg_stat_statements WHERE query ~* '\\\\m${table.name}\\\\M'")
  expect(rows).toHaveLength(0)
})`;
  return {
    stopReading: {
      title: `Stop using ${table.name}`,
      text: `Deploy the version that neither writes nor reads "${table.name}".${table.foreignKeys.length === 0 ? '' : ' Until Retire its rows still hold the rows that they reference.'}`,
      question: `Is the version live that no longer uses "${table.name}"?`,
      code,
      test,
    },
    stopped: {
      title: 'Take the old version out of service',
      text: `From here on the name "${table.name}" is gone; code that still names it fails.`,
      question: `Is every version that uses "${table.name}" out of service?`,
      code,
      test,
    },
  };
}

/** A table taken out of use, renamed away with all its rows, and only then dropped. */
function dropTableOf(_: OperationOf<'drop_table'>, context: OperationContext): OperationPlan {
  const { table } = context;
  requireUnreferenced(table);
  const relation: RelationName = { schema: table.schema, name: table.name };
  const retiredName = nameOfRetired(context.tag, table.name);
  const retired: RelationName = { schema: table.schema, name: retiredName };
  const exclusive = (of: RelationName): StepLock[] => [
    { relation: relationLabel(of), mode: 'ACCESS EXCLUSIVE' },
  ];
  const id = (name: string) => `${context.index + 1}.${name}`;
  const usage = (name: string): CheckSpec => ({
    id: id(name),
    title: `Nobody uses ${table.name}`,
    work: { kind: 'column_usage', table: relation, column: table.name },
  });
  const notes = notesOf(table);
  return {
    newCodeAfter: null,
    oldCodeBefore: 'contract',
    findings:
      table.publications.length === 0
        ? []
        : [
            {
              rule: 'publication-by-name',
              severity: 'warning',
              operation: context.index,
              message: `The publication ${table.publications.join(', ')} sends ${table.name}: from Retire on under the name ${retiredName}.`,
              fix: 'Take it out of the publication first.',
            },
          ],
    phases: {
      switch: {
        summary: `Nothing changes in the database. Shows whether anybody still uses ${table.name}.`,
        steps: [],
        entryChecks: [usage('usage')],
        deploy: notes.stopReading,
        lossless: true,
        rollback: 'Nothing to undo in the database.',
      },
      contract: {
        summary: `Renames ${table.name} away to ${retiredName}. Its rows stay.`,
        steps: [
          ...foreignKeySteps(context),
          makeStep(context, {
            slug: 'retire',
            phase: 'contract',
            title: `Retire ${table.name}`,
            sql: [`ALTER TABLE ${quoteName(table)} RENAME TO ${quoteIdent(retiredName)}`],
            undo: [`ALTER TABLE ${quoteName(retired)} RENAME TO ${quoteIdent(table.name)}`],
            locks: exclusive(table),
            undoLocks: exclusive(retired),
            extra: { retires: { table: retired, column: '', retiredName }, undoTable: retired },
          }),
        ],
        entryChecks: [
          usage('usage_before_retire'),
          {
            id: id('function_bodies'),
            title: `No function still names ${table.name}`,
            work: { kind: 'function_bodies', table: relation, column: table.name },
          },
          {
            id: id('table_dependents'),
            title: `Nothing depends on ${table.name}`,
            work: { kind: 'table_dependents', table: relation },
          },
        ],
        rollbackChecks: orphanChecks(context, retired),
        deploy: notes.stopped,
        lossless: true,
        rollback: `Brings ${table.name} back under its name, with its rows. It stops, with their keys, where a row that they reference was deleted meanwhile.`,
      },
      purge: {
        summary: `Deletes the retired ${table.name} and all its rows. This cannot be undone.`,
        steps: [
          makeStep(
            { ...context, table: retired },
            {
              slug: 'drop',
              phase: 'purge',
              title: `Delete the retired ${table.name}`,
              sql: [`DROP TABLE ${quoteName(retired)}`],
              undo: [],
              locks: exclusive(retired),
              undoLocks: [],
            },
          ),
        ],
        entryChecks: [
          retentionCheck(id, relation, retiredName),
          {
            id: id('dependents'),
            title: `Nothing depends on the retired ${table.name}`,
            work: { kind: 'table_dependents', table: retired },
          },
        ],
        lossless: false,
        rollback: 'Cannot be rolled back.',
      },
    },
  };
}

export const dropTable: OperationDefinition<'drop_table'> = {
  compile: onTable(dropTableOf),
  touches: ({ table }) => [{ relation: table, part: null, changes: true }],
};

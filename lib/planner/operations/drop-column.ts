import { SegueError } from '@/lib/core/errors';
import type { OperationOf } from '@/lib/core/operation';
import type { CheckSpec, DeployNote, Step } from '@/lib/core/plan';
import { quoteIdent, quoteName } from '@/lib/core/sql-text';
import { parseExpression } from '@/lib/sql/expression';
import { indexMentions } from '../clone/indexes';
import { columnUnusedCheck, retentionCheck } from '../delete-checks';
import { accessCode } from '../deploy/code';
import { nameOfRetired } from '../names';
import { changesColumns, type OperationDefinition, onAnyTable } from '../operation-definition';
import { retiredForeignKeys } from '../pair/retired-foreign-keys';
import {
  exclusiveOn,
  makeStep,
  type OperationContext,
  type OperationPlan,
  relationLabel,
} from '../plan-parts';
import { requireColumn } from '../refuse';
import { requireMovable } from '../require-movable';
import { requireRowExpression } from '../require-row-expression';
import { triggerFindings } from '../trigger-findings';

function dropNotes(
  context: OperationContext,
  column: string,
): { stopReading: DeployNote; stopped: DeployNote } {
  const { table } = context;
  const others = table.columns
    .filter((candidate) => candidate.name !== column)
    .map((candidate) => candidate.name);
  const code = accessCode(table, [{ name: others[0] ?? 'id', value: 'value' }], others[0] ?? 'id');
  const test = `import { expect, it } from 'vitest'
import { db } from './db' // your own: db.query(sql, values) → { rows }

it('nobody reads ${column} any more', async () => {
  const { rows } = await db.query("SELECT query FROM pg_stat_statements WHERE query ~* '\\\\m${column}\\\\M' AND query ~* '\\\\m${table.name}\\\\M'")
  expect(rows).toHaveLength(0)
})`;
  return {
    stopReading: {
      title: `Stop reading ${table.name}.${column}`,
      text: `Deploy the version that neither writes nor reads "${column}": take it out of the model, so that no SELECT lists it.`,
      question: `Is the version live that no longer reads "${column}"?`,
      code,
      test,
    },
    stopped: {
      title: `Take the old version out of service`,
      text: `From here on the name "${column}" is gone; code that still names it fails.`,
      question: `Is every version that uses "${column}" out of service?`,
      code,
      test,
    },
  };
}

function relaxStep(operation: OperationOf<'drop_column'>, context: OperationContext): Step[] {
  const { table } = context;
  const column = requireColumn(table, operation.column);
  const name = quoteIdent(operation.column);
  const alter = `ALTER TABLE ${quoteName(table)}`;
  const label = `${relationLabel(table)}.${operation.column}`;
  if (column.default !== null) return [];
  if (operation.restore === undefined) {
    if (!column.notNull) return [];
    throw new SegueError(
      'invalid_input',
      `"${label}" is NOT NULL and has no default: new code that leaves it out would fail.`,
      {
        object: label,
        next: `Say what old code finds in rows that new code wrote: for example restore: "''".`,
      },
    );
  }
  requireRowExpression(context.catalog, table, operation.restore, [], 'restore');
  const isNull = parseExpression(operation.restore).isNull;
  const unique = table.indexes.find(
    (index) => index.unique && indexMentions(index).includes(operation.column),
  );
  if (unique !== undefined && !isNull && parseExpression(operation.restore).functions.length === 0) {
    throw new SegueError(
      'invalid_input',
      `"${label}" is unique (${unique.name}): a second row with ${operation.restore} would be refused.`,
      {
        object: label,
        next: 'Use an expression that differs from row to row, or restore: "NULL" on a column that may be NULL.',
      },
    );
  }
  if (isNull) {
    if (!column.notNull) return [];
    throw new SegueError('invalid_input', `"${label}" is NOT NULL: old code cannot find NULL there.`, {
      object: label,
      next: 'Give another value to restore.',
    });
  }
  return [
    makeStep(context, {
      slug: 'relax',
      phase: 'expand',
      title: `Let code leave ${operation.column} out`,
      sql: [`${alter} ALTER COLUMN ${name} SET DEFAULT ${operation.restore}`],
      undo: [`${alter} ALTER COLUMN ${name} DROP DEFAULT`],
      locks: exclusiveOn(table),
    }),
  ];
}

/** A column taken out of use, retired, and only then deleted. Old code finds `restore` in rows that new code wrote. */
function dropColumnOf(operation: OperationOf<'drop_column'>, context: OperationContext): OperationPlan {
  const { table } = context;
  const column = requireColumn(table, operation.column);
  requireMovable(table, column, ['index']);
  if (table.columns.length === 1)
    throw new SegueError(
      'unsupported',
      `"${operation.column}" is the only column of "${relationLabel(table)}".`,
      { object: relationLabel(table), next: 'Drop the table instead.' },
    );
  const relation = { schema: table.schema, name: table.name };
  const alter = `ALTER TABLE ${quoteName(table)}`;
  const retiredName = nameOfRetired(context.tag, operation.column);
  const relax = relaxStep(operation, context);
  const notes = dropNotes(context, operation.column);
  const id = (name: string) => `${context.index + 1}.${name}`;
  const usage = (name: string): CheckSpec => ({
    id: id(name),
    title: `Nobody reads ${operation.column}`,
    work: { kind: 'column_usage', table: relation, column: operation.column },
  });
  const foreign = retiredForeignKeys(context, operation.column, retiredName);
  const shared = table.indexes.filter((index) =>
    indexMentions(index).some((name) => name === operation.column),
  );
  const ofPartitions = table.dependents.flatMap((dependent) =>
    dependent.column === operation.column && dependent.kind === 'index'
      ? [{ name: `${dependent.name} of ${dependent.partition ?? ''}`, columns: [] }]
      : [],
  );
  const sharedFindings = [...shared, ...ofPartitions].map((index) => ({
    rule: 'index-goes-too',
    severity: 'info' as const,
    operation: context.index,
    message: `The index ${index.name} is deleted with ${operation.column}.`,
    fix: index.columns.length > 1 ? 'Build an index over the other columns first if queries need it.' : null,
  }));
  const checkFindings = table.checks
    .filter((check) => check.columns.includes(operation.column))
    .map((check) => ({
      rule: 'check-goes-too',
      severity: 'warning' as const,
      operation: context.index,
      message: `The check ${check.name} is deleted with ${operation.column}; until then it also binds rows that new code writes.`,
      fix: null,
    }));
  // Another default would change what old code writes while it still runs.
  const restoreFindings =
    column.default === null || operation.restore === undefined
      ? []
      : [
          {
            rule: 'restore-not-used',
            severity: 'warning' as const,
            operation: context.index,
            message: `${operation.column} has a default already: old code finds ${column.default} in rows that new code wrote, not ${operation.restore}.`,
            fix: 'Leave restore out, or change the default first.',
          },
        ];
  return {
    newCodeAfter: relax.length === 0 ? null : 'expand',
    oldCodeBefore: 'contract',
    findings: [
      ...triggerFindings(table, operation.column, context.index).filter(
        (finding) => finding.rule !== 'backfill-fires-triggers',
      ),
      ...sharedFindings,
      ...checkFindings,
      ...foreign.findings,
      ...restoreFindings,
    ],
    phases: {
      ...(relax.length === 0
        ? {}
        : {
            expand: {
              summary: `Lets code leave ${operation.column} out: it gets ${operation.restore}.`,
              steps: relax,
              lossless: true,
              rollback: `Takes the default away: code must write ${operation.column} again.`,
            },
          }),
      switch: {
        summary: `Nothing changes in the database. Shows whether anybody still reads ${operation.column}.`,
        steps: [],
        entryChecks: [usage('usage')],
        deploy: notes.stopReading,
        lossless: true,
        rollback: 'Nothing to undo in the database.',
      },
      contract: {
        summary: `Renames ${operation.column} away to ${retiredName}. Its data stays.`,
        steps: [
          makeStep(context, {
            slug: 'retire',
            phase: 'contract',
            title: `Retire ${operation.column}`,
            sql: [`${alter} RENAME COLUMN ${quoteIdent(operation.column)} TO ${quoteIdent(retiredName)}`],
            undo: [`${alter} RENAME COLUMN ${quoteIdent(retiredName)} TO ${quoteIdent(operation.column)}`],
            locks: exclusiveOn(table),
            extra: { retires: { table: relation, column: operation.column, retiredName } },
          }),
          ...foreign.retire,
        ],
        entryChecks: [
          usage('usage_before_retire'),
          {
            id: id('function_bodies'),
            title: `No function still names ${operation.column}`,
            work: { kind: 'function_bodies', table: relation, column: operation.column },
          },
        ],
        rollbackChecks: foreign.wayBack,
        deploy: notes.stopped,
        lossless: true,
        rollback: `Brings ${operation.column} back under its name, with its data.`,
      },
      purge: {
        summary: `Deletes the retired ${operation.column} and its data. This cannot be undone.`,
        steps: [
          ...foreign.drop,
          makeStep(context, {
            slug: 'drop',
            phase: 'purge',
            title: `Delete the retired ${operation.column}`,
            sql: [`${alter} DROP COLUMN ${quoteIdent(retiredName)}`],
            undo: [],
            locks: exclusiveOn(table),
            undoLocks: [],
          }),
        ],
        entryChecks: [
          retentionCheck(id, relation, retiredName),
          columnUnusedCheck(id('dependents'), operation.column, relation, retiredName),
        ],
        lossless: false,
        rollback: 'Cannot be rolled back.',
      },
    },
  };
}

export const dropColumn: OperationDefinition<'drop_column'> = {
  compile: onAnyTable(dropColumnOf),
  touches: changesColumns(({ column }) => [column]),
  expressions: ({ restore }) => [restore],
};

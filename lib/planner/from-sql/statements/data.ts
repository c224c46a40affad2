import type { NodeOf } from '@/lib/sql/ast';
import { clausesOf } from '@/lib/sql/clauses';
import { labelOf } from '../../memory-catalog/memory';
import { withSchemas } from '../names-in';
import { askForWayBack } from '../needs';
import { asOperation, type Outcome, refused } from '../part';
import { relationIn, type StatementContext, tableBefore } from '../statement-context';
import { free } from './free';

const unknownTable = (label: string): Outcome =>
  refused(
    'unknown-table',
    `Nothing is known of a table ${label}.`,
    'Give the migrations before this one (--after) or the database (--database).',
  );

/** UPDATE: batches, each row once. */
export function readUpdate(context: StatementContext, statement: NodeOf<'UpdateStmt'>): Outcome[] {
  const table = relationIn(context, statement.relation);
  const label = labelOf(table);
  if (tableBefore(context, table) === undefined) return [unknownTable(label)];
  const sql = withSchemas(context.before, context.text);
  if (context.created.has(label)) return [{ kind: 'extends', table, sql }];
  if (statement.withClause !== undefined || statement.returningClause !== undefined)
    return [
      refused(
        'update-shape',
        `The UPDATE of ${label} has a WITH or a RETURNING.`,
        'Put the WITH into FROM: FROM (WITH … SELECT …) AS found.',
      ),
    ];
  const { SET: set = '', FROM: from, WHERE: where } = clausesOf(sql, ['SET', 'FROM', 'WHERE', 'RETURNING']);
  return [
    asOperation({
      kind: 'update_rows',
      table,
      as: statement.relation?.alias?.aliasname,
      set,
      from,
      where,
      down: undefined,
      keep: true,
    }),
  ];
}

/** INSERT and DELETE run as they stand, after the updates before them. */
export function readRows(
  context: StatementContext,
  statement: NodeOf<'InsertStmt'> | NodeOf<'DeleteStmt'>,
): Outcome[] {
  const table = relationIn(context, statement.relation);
  const label = labelOf(table);
  if (tableBefore(context, table) === undefined) return [unknownTable(label)];
  const isNew = context.created.has(label);
  const plain = 'selectStmt' in statement && isPlainValues(statement.selectStmt);
  if (isNew && plain) return [{ kind: 'extends', table, sql: withSchemas(context.before, context.text) }];
  const run = free(context, {
    up: context.text,
    // Rows of a new table go with it.
    down: isNew ? 'SELECT 1' : null,
    phase: 'dual_write',
    tables: [table],
    lossless: isNew,
  });
  if (isNew || run.kind !== 'operation') return [run];
  const what = 'selectStmt' in statement ? 'adds rows to' : 'deletes rows of';
  return [
    {
      ...run,
      needs: [askForWayBack(`rows:${label}`, context.text, `This ${what} ${label}: how is that undone?`)],
    },
  ];
}

const isPlainValues = (select: unknown): boolean =>
  typeof select === 'object' &&
  select !== null &&
  JSON.stringify(select).includes('"valuesLists"') &&
  !JSON.stringify(select).includes('"RangeVar"');

import { SegueError } from '@/lib/core/errors';
import { type Operation, type OperationKind, type OperationOf, tableOf } from '@/lib/core/operation';
import { statementNames } from '@/lib/sql/statement-names';
import type { Statement } from '@/lib/sql/statements';
import type { Touch } from '../operation-definition';
import { freeStatements } from '../operations/free-sql';
import { relationLabel } from '../plan-parts';
import type { Arranged } from './arranged';

type FreeSql = OperationOf<'free_sql'>;

/** Operations that add to a table and leave what is there in its place: SQL about the same table does not disturb them. */
const ADDS: ReadonlySet<OperationKind> = new Set([
  'create_table',
  'create_enum',
  'enum_add_value',
  'add_column',
  'add_index',
  'add_unique',
  'add_check',
  'add_foreign_key',
  'set_default',
  'drop_not_null',
  'set_not_null',
  'update_rows',
  'delete_rows',
  'rename_index',
  'free_sql',
]);

/** What they take away or replace is there, as the author of SQL before them saw it, until they have their turn. */
const LATE: ReadonlySet<OperationKind> = new Set([
  'drop_column',
  'drop_table',
  'drop_index',
  'drop_default',
  'change_type',
  'replace_enum',
  'split_column',
  'merge_columns',
]);

/** Statements that may do anything: what they touch cannot be read in them. */
const HIDDEN = new Set(['DoStmt', 'CallStmt', 'ExecuteStmt', 'SelectStmt']);
/** Statements that only move rows: they leave nothing behind that would rest on a column. */
const ROWS = new Set(['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt', 'VariableSetStmt']);

/** The way back that does nothing. */
const isNothing = ({ text }: Statement): boolean => /^SELECT\s+1$/i.test(text);

/** A table in which the reader of a migration file keeps rows. */
const isSegues = ({ text }: Statement): boolean => /^(CREATE|DROP) TABLE (IF EXISTS )?segue\./.test(text);

const isHidden = (statement: Statement): boolean => HIDDEN.has(statement.kind) && !isNothing(statement);

/** Names of tables that SQL of one's own is about, with and without their schema; null: it cannot be told. */
function namedBy(operation: FreeSql, statements: readonly Statement[]): ReadonlySet<string> | null {
  const tables = operation.tables ?? [];
  if (operation.tables === undefined && statements.some(isHidden)) return null;
  return new Set([
    ...tables.map(relationLabel),
    ...statements.flatMap(({ relations }) =>
      relations.map(({ schema, name }) => (schema === null ? name : relationLabel({ schema, name }))),
    ),
  ]);
}

function isNamed(names: ReadonlySet<string>, operation: Operation): boolean {
  const table = tableOf(operation);
  return table !== null && (names.has(relationLabel(table)) || names.has(table.name));
}

/** What an operation does away with or replaces, by name; null: more than can be named. */
function replacedBy(operation: Operation, touches: readonly Touch[]): readonly string[] | null {
  if (operation.kind === 'rename_table' || operation.kind === 'drop_table') return null;
  const changed = touches.filter(({ changes }) => changes);
  return changed.some(({ part }) => part === null)
    ? null
    : changed.flatMap(({ part }) => (part === null ? [] : [part.slice(part.indexOf(' ') + 1)]));
}

/**
 * True where both leave each other alone: the statements, in the phase in which they run, find what their author saw. Rows are
 * moved in Sync, where everything that the file takes away is still there, and what comes after a rename has the new name too.
 */
function goTogether(
  operation: FreeSql,
  statements: readonly Statement[],
  other: Operation,
  touches: readonly Touch[],
  isLater: boolean,
): boolean {
  if (ADDS.has(other.kind)) return true;
  const movesRows = statements.every((each) => ROWS.has(each.kind) || isNothing(each) || isSegues(each));
  const inTime = operation.phase === 'expand' || operation.phase === 'dual_write';
  const names = statementNames(statements);
  const wholeRows = names.everyColumnOf.some((name) => isNamed(new Set([name]), other));
  const replaced = replacedBy(other, touches);
  // A unique rule holds for rows that come, whether it is named or not.
  if (movesRows && other.kind === 'drop_index') return inTime && isLater;
  if (movesRows && other.kind === 'drop_constraint') return !isLater || !names.upserts;
  if (replaced !== null && !wholeRows && replaced.every((name) => !names.words.has(name))) return true;
  if (!inTime || !movesRows) return false;
  if (LATE.has(other.kind)) return isLater;
  return other.kind === 'rename_column' && !wholeRows && (isLater || !names.words.has(other.from));
}

/** SQL of one's own goes beside operations that it has nothing to do with, or that leave it what it works on. */
export function refuseBeside(
  { operation, index }: Arranged,
  arranged: readonly Arranged[],
  touchesOf: (operation: Operation) => readonly Touch[],
): void {
  if (operation.kind !== 'free_sql') return;
  const others = arranged.filter(({ operation: other }) => other.kind !== 'free_sql');
  if (others.length === 0) return;
  const { up, down } = freeStatements(operation);
  const statements = [...up, ...down];
  const names = namedBy(operation, statements);
  const at = arranged.findIndex((each) => each.operation === operation);
  const disturbed = others.find(
    (each) =>
      names === null ||
      (isNamed(names, each.operation) &&
        !goTogether(
          operation,
          statements,
          each.operation,
          touchesOf(each.operation),
          arranged.indexOf(each) > at,
        )),
  );
  if (disturbed === undefined) return;
  throw new SegueError(
    'invalid_input',
    names === null
      ? `free_sql cannot go together with other operations: what operation ${index + 1} does cannot be read in it.`
      : `free_sql cannot go together with operation ${disturbed.index + 1}, which replaces a part of the same table.`,
    {
      object: 'free_sql',
      next:
        names === null
          ? 'Say with tables which tables it concerns ([] for none), or put it into a transition of its own.'
          : 'Put it into a transition of its own: what it changes, the others cannot know.',
    },
  );
}

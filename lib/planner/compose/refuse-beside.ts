import { SegueError } from '@/lib/core/errors';
import { type Operation, type OperationKind, type OperationOf, tableOf } from '@/lib/core/operation';
import { freeStatements } from '../operations/free-sql';
import { relationLabel } from '../plan-parts';
import type { Arranged } from './arranged';

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
  'rename_index',
  'free_sql',
]);

/** Statements that may do anything: what they touch cannot be read in them. */
const HIDDEN = new Set(['DoStmt', 'CallStmt', 'ExecuteStmt', 'SelectStmt']);

/** Names of tables that SQL of one's own is about, with and without their schema; null: it cannot be told. */
function namedBy(operation: OperationOf<'free_sql'>): ReadonlySet<string> | null {
  const { up, down } = freeStatements(operation);
  const tables = operation.tables ?? [];
  const statements = [...up, ...down];
  if (operation.tables === undefined && statements.some(({ kind }) => HIDDEN.has(kind))) return null;
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

/** SQL of one's own goes beside operations that it has nothing to do with, and beside those that only add to the table that it is about. */
export function refuseBeside({ operation, index }: Arranged, arranged: readonly Arranged[]): void {
  if (operation.kind !== 'free_sql') return;
  const others = arranged.filter(({ operation: other }) => other.kind !== 'free_sql');
  if (others.length === 0) return;
  const names = namedBy(operation);
  const disturbed = others.find(
    ({ operation: other }) => names === null || (!ADDS.has(other.kind) && isNamed(names, other)),
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

import { SegueError } from '@/lib/core/errors';
import { OPERATION_KINDS } from '@/lib/core/operation';
import { PGROLL_KINDS } from './pgroll-file';

export type Dialect = 'segue' | 'pgroll';

/** Keys that only one of the two gives a kind that both have. `rename_column` and `rename_constraint` are the same in both. */
const TELLING: Readonly<
  Record<string, { readonly pgroll: readonly string[]; readonly segue: readonly string[] }>
> = {
  create_table: { pgroll: ['name', 'columns', 'constraints', 'comment'], segue: ['table', 'definition'] },
  add_column: { pgroll: ['up'], segue: ['type', 'nullable', 'default', 'value'] },
  drop_column: { pgroll: ['down'], segue: ['restore'] },
  rename_table: { pgroll: ['from'], segue: ['table'] },
  drop_table: { pgroll: ['name'], segue: ['table'] },
  drop_index: { pgroll: ['name'], segue: ['table', 'index'] },
  drop_constraint: { pgroll: ['name', 'up', 'down'], segue: ['constraint'] },
};

const SEGUE: ReadonlySet<string> = new Set(OPERATION_KINDS);
const PGROLL: ReadonlySet<string> = new Set(PGROLL_KINDS);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whose an operation is by its kind, and by its keys where both have the kind; null: it means the same to both. */
function dialectOfOperation(entry: unknown): Dialect | null {
  const [[kind, body] = ['', null]] = isObject(entry) ? Object.entries(entry) : [];
  if (!PGROLL.has(kind)) return SEGUE.has(kind) ? 'segue' : null;
  if (!SEGUE.has(kind)) return 'pgroll';
  if (!isObject(body)) return null;
  if (kind === 'add_column' && isObject(body.column)) return 'pgroll';
  const telling = TELLING[kind];
  if (telling === undefined) return null;
  // Both only in a body that is wrong in either: Segue's own reader says so.
  if (telling.segue.some((key) => key in body)) return 'segue';
  return telling.pgroll.some((key) => key in body) ? 'pgroll' : null;
}

/**
 * Whether a parsed file is an operations file of Segue's or a migration of pgroll's: both have a list `operations`. The keys of its
 * operations say it; where none does, the file means the same to both, and a name makes it Segue's. Throws `invalid_input` for a
 * file that has operations of both.
 */
export function dialectOf(file: unknown): Dialect {
  if (!isObject(file) || !Array.isArray(file.operations)) return 'segue';
  const each = file.operations.map(dialectOfOperation);
  const segue = 'dualWrite' in file ? 'the key "dualWrite"' : placeOf(each, 'segue');
  const pgroll = 'version_schema' in file ? 'the key "version_schema"' : placeOf(each, 'pgroll');
  if (segue !== null && pgroll !== null)
    throw new SegueError(
      'invalid_input',
      `It is not clear whose file this is: ${pgroll} is pgroll’s, ${segue} is Segue’s.`,
      { object: 'operations', next: 'Write all operations in one of the two forms: see docs/import.md.' },
    );
  if (pgroll !== null) return 'pgroll';
  if (segue !== null) return 'segue';
  const known = file.operations.length > 0 && file.operations.every((entry) => isKnown(entry));
  return known && !('name' in file) ? 'pgroll' : 'segue';
}

const isKnown = (entry: unknown): boolean =>
  isObject(entry) && Object.keys(entry).length === 1 && PGROLL.has(Object.keys(entry)[0] ?? '');

function placeOf(each: readonly (Dialect | null)[], dialect: Dialect): string | null {
  const at = each.indexOf(dialect);
  return at < 0 ? null : `operation ${at + 1}`;
}

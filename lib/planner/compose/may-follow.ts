import type { Operation, OperationKind } from '@/lib/core/operation';

type Kinds = ReadonlySet<OperationKind>;

const kinds = (...list: readonly (OperationKind | Kinds)[]): Kinds =>
  new Set(list.flatMap((each) => (typeof each === 'string' ? [each] : [...each])));

/** They only read columns, in Sync, in the order in which they are written. */
const READERS = kinds('add_index', 'add_unique', 'add_check', 'add_foreign_key', 'delete_rows');
/** They change what a column is allowed or given, in the catalog alone or after its rows. */
const SETTINGS = kinds('set_default', 'drop_default', 'drop_not_null', 'set_not_null');
const REPLACES = kinds('change_type', 'replace_enum', 'rename_column', 'drop_column');

/** They are about a table as a whole. */
const WHOLE = kinds('create_table', 'rename_table', 'drop_table', 'attach_partition', 'detach_partition');

/**
 * Operations that do their work on a part in the order in which they are written, phase by phase: the later one finds what the
 * earlier one has left.
 */
const IN_ORDER: Partial<Record<OperationKind, Kinds>> = {
  create_table: kinds(READERS, SETTINGS, 'rename_constraint', 'rename_index', 'free_sql'),
  create_enum: kinds('free_sql'),
  add_column: kinds(READERS, SETTINGS, 'update_rows'),
  update_rows: kinds('update_rows', READERS, SETTINGS, REPLACES),
  // While it works every column that is there is there still.
  delete_rows: kinds('add_column', 'update_rows', READERS, SETTINGS, REPLACES, 'drop_table'),
  set_default: kinds('update_rows', READERS, 'set_not_null', 'drop_not_null', REPLACES),
  drop_not_null: kinds('update_rows', READERS, 'set_default', 'drop_default', REPLACES),
  set_not_null: kinds(READERS, 'update_rows', 'set_default'),
  drop_default: kinds(READERS, 'update_rows', 'set_not_null', 'drop_not_null'),
  add_index: kinds(SETTINGS, 'update_rows'),
  add_unique: kinds(SETTINGS, 'update_rows'),
  add_check: kinds(SETTINGS, 'update_rows'),
  add_foreign_key: kinds(SETTINGS, 'update_rows'),
  drop_constraint: kinds(READERS, 'rename_constraint', 'rename_index'),
  drop_index: kinds('add_check', 'add_foreign_key', 'rename_constraint', 'rename_index'),
  rename_index: kinds(READERS, 'rename_index', 'rename_constraint'),
  rename_constraint: kinds(READERS),
  rename_column: kinds(READERS, 'update_rows'),
  change_type: READERS,
};

/** True where two operations on one part do not disturb each other, because the later one takes up what the earlier leaves. */
export function mayFollow(earlier: Operation, later: Operation, part: string | null): boolean {
  // It comes first, and leaves the table to the others as it was.
  if (earlier.kind === 'rename_table') return !WHOLE.has(later.kind);
  // Of a column that is replaced by one of another name only the new one is there for others.
  if (earlier.kind === 'rename_column' && part === `column ${earlier.from}`) return false;
  if (earlier.kind === 'change_type' && part === `column ${earlier.column}`) return false;
  return IN_ORDER[earlier.kind]?.has(later.kind) ?? false;
}

import { SegueError } from '@/lib/core/errors';
import type { ColumnInfo, TableInfo, TypeInfo } from './catalog';
import { relationLabel } from './plan-parts';

/** Types between which PostgreSQL has = in one operator family, so that a foreign key may join them. */
const COMPARABLE: readonly (readonly string[])[] = [
  ['smallint', 'integer', 'bigint'],
  ['text', 'character varying'],
  ['real', 'double precision'],
];

/** True for two types that a foreign key may join. */
export function comparable(a: string, b: string): boolean {
  return a === b || COMPARABLE.some((family) => family.includes(a) && family.includes(b));
}

/** Refuses a new type to which the column's own foreign keys, but for those that somebody else sees to, and indexes cannot follow. */
export function requireConvertible(
  table: TableInfo,
  column: ColumnInfo,
  type: TypeInfo,
  except: readonly string[] = [],
): void {
  const label = `${relationLabel(table)}.${column.name}`;
  const key = table.foreignKeys.find(
    (each) => each.columns.includes(column.name) && !except.includes(each.name),
  );
  if (key !== undefined && !comparable(column.baseType, type.baseType)) {
    throw new SegueError(
      'unsupported',
      `The foreign key "${key.name}" cannot compare "${label}" as ${type.type} with "${relationLabel(key.references)}".`,
      { object: label, next: 'Keep the type of the referenced column, or drop the foreign key first.' },
    );
  }
  // What has a default hash operator class has one for btree too; of the other methods none takes every type.
  const ordered = (method: string) => method === 'btree' || method === 'hash' || method === 'brin';
  const index = table.indexes.find(
    (each) =>
      each.columns.some((part) => part.name === column.name) && !(ordered(each.method) && type.hashable),
  );
  if (index !== undefined && type.baseType !== column.baseType) {
    throw new SegueError(
      'unsupported',
      `The ${index.method} index "${index.name}" of "${label}" cannot be built over ${type.type}.`,
      { object: label, next: `Drop the index "${index.name}" first, and build a fitting one afterwards.` },
    );
  }
}

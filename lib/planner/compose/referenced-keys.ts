import type { Operation } from '@/lib/core/operation';
import { quoteName, type RelationName } from '@/lib/core/sql-text';
import { type ReferencedKey, referencedKeys } from '@/lib/sql/referenced-keys';
import { relationLabel } from '../plan-parts';

/** A set of columns of a table, in whatever order. */
export const keyLabel = (table: RelationName, columns: readonly string[]): string =>
  JSON.stringify([relationLabel(table), [...columns].sort()]);

/** The unique key that an operation makes in Sync. */
export function madeKey(operation: Operation): string | null {
  if (operation.kind === 'add_unique') return keyLabel(operation.table, operation.columns);
  if (operation.kind !== 'add_index' || !operation.unique || operation.where !== undefined) return null;
  return operation.columns === undefined ? null : keyLabel(operation.table, operation.columns);
}

/** What the foreign keys of a table reference that an operation makes. */
export function keysOfNewTable(operation: Operation): ReferencedKey[] {
  if (operation.kind !== 'create_table') return [];
  const { table, definition, also = '' } = operation;
  return referencedKeys(`CREATE TABLE ${quoteName(table)} (${definition}\n);\n${also}`);
}

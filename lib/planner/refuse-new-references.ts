import { SegueError } from '@/lib/core/errors';
import type { Operation } from '@/lib/core/operation';
import { type Catalog, findTable } from './catalog';
import type { Compiled } from './compose/compile-all';
import { keyLabel, keysOfNewTable, madeKey } from './compose/referenced-keys';
import { relationLabel } from './plan-parts';

/** The name under which a column's successor is used, where it has one of its own. */
function newNameOf(operation: Operation): string | undefined {
  if (operation.kind === 'rename_column') return operation.to;
  return operation.kind === 'change_type' ? operation.to : undefined;
}

/** Columns that others take the place of, and keys that others replace. */
function replacedKeys(compiled: readonly Compiled[], catalog: Catalog) {
  const columns = new Map<string, number>();
  const primary = new Map<string, number>();
  for (const { operation, plan, index } of compiled) {
    if (operation.kind === 'replace_primary_key') primary.set(relationLabel(operation.table), index);
    for (const { table, column } of plan.moves ?? [])
      for (const name of [column, newNameOf(operation) ?? column])
        columns.set(keyLabel(table, [name]), index);
  }
  const made = new Set(compiled.flatMap(({ operation }) => madeKey(operation) ?? []));
  return ({ table, columns: named }: ReturnType<typeof keysOfNewTable>[number]): number | undefined => {
    const own = findTable(catalog, table)?.primaryKey ?? [];
    const keys = named.length === 0 ? own : named;
    const isPrimary = named.length === 0 || keyLabel(table, named) === keyLabel(table, own);
    if (isPrimary && primary.has(relationLabel(table))) return primary.get(relationLabel(table));
    if (made.has(keyLabel(table, keys))) return undefined;
    return keys.map((name) => columns.get(keyLabel(table, [name]))).find((index) => index !== undefined);
  };
}

/**
 * Refuses a new table whose foreign key points at a column, or a primary key, that the same transition replaces: the key would hold
 * on to the old one.
 */
export function refuseNewReferences(compiled: readonly Compiled[], catalog: Catalog): void {
  const replacing = replacedKeys(compiled, catalog);
  const made = new Set(
    compiled.flatMap(({ operation }) =>
      operation.kind === 'create_table' ? [relationLabel(operation.table)] : [],
    ),
  );
  for (const { operation, index } of compiled) {
    const added =
      operation.kind === 'add_foreign_key' && made.has(relationLabel(operation.table))
        ? [{ table: operation.references, columns: operation.referencedColumns ?? [] }]
        : [];
    for (const key of [...keysOfNewTable(operation), ...added]) {
      const other = replacing(key);
      if (other === undefined || !('table' in operation)) continue;
      const label = relationLabel(operation.table);
      throw new SegueError(
        'invalid_input',
        `The new table "${label}" (operation ${index + 1}) references "${relationLabel(key.table)}", whose key operation ${other + 1} replaces.`,
        {
          object: label,
          next: 'Make the table, or its foreign key, in a transition of its own after this one.',
        },
      );
    }
  }
}

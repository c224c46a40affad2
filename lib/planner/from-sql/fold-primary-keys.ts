import type { RelationName } from '@/lib/core/sql-text';
import { labelOf, type Memory, type MemoryTable } from '../memory-catalog/memory';
import type { Part } from './part';
import { findNext, isOn, join, operationOf } from './part-list';

/** Whether a foreign key of any table rests on these columns of a table. */
function isReferenced(memory: Memory, table: RelationName, columns: readonly string[]): boolean {
  const label = labelOf(table);
  return [...memory.tables.values()].some(({ foreignKeys }) =>
    foreignKeys.some(
      ({ references, referencedColumns }) =>
        labelOf(references) === label &&
        (referencedColumns.length === 0 ||
          (referencedColumns.length === columns.length &&
            referencedColumns.every((column) => columns.includes(column)))),
    ),
  );
}

const primaryOf = (table: MemoryTable | undefined) => table?.indexes.find(({ primary }) => primary);

/**
 * A primary key that a file drops and then makes of other columns is replaced in one moment; what kept the old columns unique meanwhile goes
 * with Delete, as the file says. Where foreign keys rest on the old key the file itself could not drop it: then it stays two operations.
 */
export function foldPrimaryKeys(given: readonly Part[], start: Memory): readonly Part[] {
  let parts = given;
  for (let at = 0; at < parts.length; at += 1) {
    const dropped = operationOf(parts[at], 'drop_constraint');
    const table = dropped === null ? undefined : start.tables.get(labelOf(dropped.table));
    const primary = primaryOf(table);
    if (table === undefined || primary === undefined || primary.constraint !== dropped?.constraint) continue;
    const next = findNext(parts, at, 'replace_primary_key', (operation) => isOn(operation, table));
    const made = operationOf(parts[next], 'replace_primary_key');
    const columns = primary.columns.flatMap(({ name }) => name ?? []);
    if (made === null || isReferenced(start, table, columns)) continue;
    // Where it is made: a column of it may have come in between.
    parts = join(parts, next, at, { operation: { ...made, dropUnique: true } });
    at -= 1;
  }
  return parts;
}

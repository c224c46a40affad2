import { labelOf, type Memory, type MemoryTable } from '../memory-catalog/memory';
import type { Part } from './part';
import { findNext, isOn, operationOf } from './part-list';

/** Columns by which an index or constraint goes as soon as one of them does; none where it cannot be known. */
function columnsOf(table: MemoryTable, name: string): readonly string[] {
  const index = table.indexes.find((each) => each.name === name || each.constraint === name);
  if (index !== undefined)
    return table.columns
      .map((column) => column.name)
      .filter((column) => index.definition.includes(`"${column}"`) || index.include.includes(column));
  const key = table.foreignKeys.find((each) => each.name === name);
  return key?.columns ?? table.checks.find((each) => each.name === name)?.columns ?? [];
}

/** An index or constraint that the file drops before its column goes with the column. */
export function foldDropped(given: readonly Part[], start: Memory): readonly Part[] {
  let parts = given;
  for (let at = 0; at < parts.length; at += 1) {
    const index = operationOf(parts[at], 'drop_index');
    const constraint = operationOf(parts[at], 'drop_constraint');
    const table = start.tables.get(labelOf(index?.table ?? constraint?.table ?? { schema: '', name: '' }));
    const name = index?.index ?? constraint?.constraint;
    if (table === undefined || name === undefined) continue;
    const columns = columnsOf(table, name);
    const later = findNext(
      parts,
      at,
      'drop_column',
      (operation) => isOn(operation, table) && columns.includes(operation.column),
    );
    const dropped = parts[later];
    // Another one of that name needs the place before the column is gone.
    const again = parts.some(
      (part, place) =>
        place > at && part.kind === 'operation' && 'name' in part.operation && part.operation.name === name,
    );
    if (dropped?.kind !== 'operation' || again) continue;
    // Where the column is dropped: what stands between may still read it.
    const statements = [...new Set([...(parts[at]?.statements ?? []), ...dropped.statements])];
    parts = parts.flatMap((part, place) =>
      place === at ? [] : place === later ? [{ ...dropped, statements }] : [part],
    );
    at -= 1;
  }
  return parts;
}

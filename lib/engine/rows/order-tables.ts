import type { TableInfo } from '@/lib/planner/catalog';
import { relationLabel } from '@/lib/planner/plan-parts';

/** Parents before children. Of tables that reference each other in a ring, any may be first: its rows have NULL there at first. Pure. */
export function orderTables(tables: readonly TableInfo[]): TableInfo[] {
  const left = new Map(tables.map((table) => [relationLabel(table), table]));
  const sorted: TableInfo[] = [];
  const waitsFor = (table: TableInfo) =>
    table.foreignKeys.filter(
      ({ references }) =>
        relationLabel(references) !== relationLabel(table) && left.has(relationLabel(references)),
    );
  const optional = (table: TableInfo) =>
    waitsFor(table).every((key) =>
      key.columns.some((name) => table.columns.find((column) => column.name === name)?.notNull === false),
    );
  while (left.size > 0) {
    const all = [...left.values()];
    const free = all.filter((table) => waitsFor(table).length === 0);
    const next = free.length > 0 ? free : [all.find(optional) ?? all[0]];
    for (const table of next) {
      if (table === undefined) continue;
      sorted.push(table);
      left.delete(relationLabel(table));
    }
  }
  return sorted;
}

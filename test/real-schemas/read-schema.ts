import type postgres from 'postgres';
import { listTables, readCatalog } from '@/lib/engine/read-catalog';
import type { Target } from '@/lib/engine/target';
import type { Catalog, TableInfo } from '@/lib/planner/catalog';

/** Every ordinary table of the application, parents before children. */
export async function readSchema(target: Target): Promise<Catalog> {
  const tables = (await listTables(target)).filter(
    (table) => table.kind === 'table' && table.schema !== 'drizzle',
  );
  const catalog = await readCatalog(target, { tables });
  return { ...catalog, tables: inOrder(catalog.tables) };
}

function inOrder(tables: readonly TableInfo[]): TableInfo[] {
  const label = (table: { schema: string; name: string }) => `${table.schema}.${table.name}`;
  const left = new Map(tables.map((table) => [label(table), table]));
  const sorted: TableInfo[] = [];
  while (left.size > 0) {
    const free = [...left.values()].filter((table) =>
      table.foreignKeys.every(
        (key) => label(key.references) === label(table) || !left.has(label(key.references)),
      ),
    );
    // A ring of foreign keys: any of them may be first; its rows get NULL there.
    const next = free.length > 0 ? free : [...left.values()].slice(0, 1);
    for (const table of next) {
      sorted.push(table);
      left.delete(label(table));
    }
  }
  return sorted;
}

/** Labels of an enum type, or [] for any other type. */
export async function enumLabels(sql: postgres.Sql, type: string): Promise<string[]> {
  const rows = await sql<{ label: string }[]>`
    SELECT e.enumlabel AS label FROM pg_enum e WHERE e.enumtypid = to_regtype(${type}) ORDER BY e.enumsortorder`;
  return rows.map((row) => row.label);
}

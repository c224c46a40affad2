import { parseSync } from 'libpg-query';
import type { OperationOf } from '@/lib/core/operation';
import { quoteName } from '@/lib/core/sql-text';
import type { Catalog } from '../catalog';
import { indexOfCatalog } from '../catalog-index';
import { applyStatement } from '../memory-catalog/apply-statement';
import { type CatalogReader, catalogReader } from '../memory-catalog/catalog-of';
import type { Memory } from '../memory-catalog/memory';
import { memoryFrom } from '../memory-catalog/memory-from';

interface InMemory {
  readonly memory: Memory;
  readonly read: CatalogReader;
}

/** Catalogs in memory to which new tables may be added, so that many of them are not many times the work. Each is taken over once. */
const goOn = new WeakMap<Catalog, InMemory>();

function begin(catalog: Catalog): InMemory {
  const memory = memoryFrom(catalog);
  return { memory, read: catalogReader(memory) };
}

/** What CREATE TABLE, and the statements that belong to it, make, by the same rules as in files. */
export function createTable(
  catalog: Catalog,
  { table, definition, partitionBy, also = '' }: OperationOf<'create_table'>,
): Catalog {
  if (catalog.tables.some(({ schema, name }) => name === table.name && schema === table.schema))
    return catalog;
  const found = goOn.get(catalog) ?? begin(catalog);
  const { memory, read } = found;
  goOn.delete(catalog);
  memory.schemas.add(table.schema);
  const source = Buffer.from(
    `CREATE TABLE ${quoteName(table)} (${definition}\n)${partitionBy === undefined ? '' : ` PARTITION BY ${partitionBy}`};\n${also}`,
    'utf8',
  );
  for (const { stmt, stmt_location: base = 0, stmt_len: length } of parseSync(source.toString('utf8'))
    .stmts ?? []) {
    const [[kind, node] = ['', null]] = Object.entries(stmt ?? {});
    const text = source.subarray(base, length === undefined ? undefined : base + length).toString('utf8');
    applyStatement(memory, { kind, node, text, base });
  }
  const made = indexOfCatalog(read()).table(table);
  if (made === null) return catalog;
  const after: Catalog = {
    ...catalog,
    tables: [...catalog.tables, made],
    schemas: catalog.schemas.map((schema) =>
      schema.name === table.schema
        ? {
            ...schema,
            takenNames: [...schema.takenNames, table.name, ...made.indexes.map(({ name }) => name)],
          }
        : schema,
    ),
  };
  goOn.set(after, found);
  return after;
}

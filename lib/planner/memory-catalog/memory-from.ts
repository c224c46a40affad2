import type { RelationName } from '@/lib/core/sql-text';
import type { Catalog, PartitionInfo } from '../catalog';
import { emptyMemory, emptyTable, labelOf, type Memory, type MemoryView } from './memory';

/** A database that was read, as the place where files go on from. */
export function memoryFrom(catalog: Catalog): Memory {
  const memory = emptyMemory(Math.floor(catalog.serverVersionNum / 10_000));
  for (const schema of catalog.schemas) memory.schemas.add(schema.name);
  const around = surroundingsIn(catalog);
  for (const table of catalog.tables) {
    if (table.kind === 'view' || table.kind === 'materialized view') {
      const uses = around.uses.get(`${table.kind} ${table.name}`) ?? [];
      memory.views.set(labelOf(table), {
        schema: table.schema,
        name: table.name,
        materialized: table.kind === 'materialized view',
        definition: '',
        reads: table.reads,
        uses,
        indexes: table.indexes,
      });
      continue;
    }
    const part = around.parts.get(labelOf(table));
    memory.tables.set(labelOf(table), {
      ...emptyTable(table),
      kind: table.kind,
      columns: table.columns,
      indexes: table.indexes,
      checks: table.checks,
      foreignKeys: table.foreignKeys,
      triggers: table.triggers,
      dependents: table.dependents.filter(({ kind }) => kind !== 'view' && kind !== 'materialized view'),
      parent: part === undefined ? null : { relation: part.parent, bound: part.bound },
      partitionStrategy: table.partitionBy === null ? null : strategyOf(table.partitionBy),
      partitionBy: table.partitionBy,
      partitionKey: table.partitionKey,
      inherits: around.parents.get(labelOf(table)) ?? [],
      unlogged: table.unlogged,
      rowSecurity: table.rowSecurity,
      lastNumber: Math.max(0, ...table.columns.map(({ number }) => number)),
    });
  }
  for (const { schema, name, labels } of catalog.enums)
    memory.enums.set(labelOf({ schema, name }), { relation: { schema, name }, labels });
  for (const domain of catalog.domains) memory.domains.set(labelOf(domain), domain);
  for (const [name, volatility] of Object.entries(catalog.functions))
    memory.functions.set(name, { volatility, body: '', language: '' });
  for (const [key, statements] of Object.entries(catalog.definitions ?? {}))
    memory.definitions.set(key, { statements, searchPath: [] });
  return memory;
}

interface Around {
  /** Columns that a view shows, by its kind and name. */
  readonly uses: ReadonlyMap<string, MemoryView['uses']>;
  readonly parts: ReadonlyMap<string, PartitionInfo>;
  readonly parents: ReadonlyMap<string, readonly RelationName[]>;
}

/** What the entries of other tables tell of each. */
function surroundingsIn({ tables }: Catalog): Around {
  const uses = new Map<string, MemoryView['uses'][number][]>();
  const parts = new Map<string, PartitionInfo>();
  const parents = new Map<string, RelationName[]>();
  const put = <T>(lists: Map<string, T[]>, key: string, value: T) => {
    const list = lists.get(key);
    if (list === undefined) lists.set(key, [value]);
    else list.push(value);
  };
  for (const { schema, name, dependents, partitions, children } of tables) {
    for (const each of dependents)
      put(uses, `${each.kind} ${each.name}`, { table: { schema, name }, column: each.column });
    for (const part of partitions) {
      const label = labelOf(part);
      if (labelOf(part.parent) !== label && !parts.has(label)) parts.set(label, part);
    }
    for (const child of children) put(parents, labelOf(child), { schema, name });
  }
  return { uses, parts, parents };
}

const strategyOf = (by: string): 'range' | 'list' | 'hash' =>
  /^list/i.test(by) ? 'list' : /^hash/i.test(by) ? 'hash' : 'range';

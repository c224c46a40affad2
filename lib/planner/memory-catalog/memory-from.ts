import type { Catalog } from '../catalog';
import { emptyMemory, emptyTable, labelOf, type Memory } from './memory';

/** A database that was read, as the place where files go on from. */
export function memoryFrom(catalog: Catalog): Memory {
  const memory = emptyMemory(Math.floor(catalog.serverVersionNum / 10_000));
  for (const schema of catalog.schemas) memory.schemas.add(schema.name);
  for (const table of catalog.tables) {
    if (table.kind === 'view' || table.kind === 'materialized view') {
      const uses = catalog.tables.flatMap((other) =>
        other.dependents
          .filter(({ kind, name }) => kind === table.kind && name === table.name)
          .map(({ column }) => ({ table: { schema: other.schema, name: other.name }, column })),
      );
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
    const above = catalog.tables.find(({ partitions }) =>
      partitions.some((part) => labelOf(part) === labelOf(table) && labelOf(part.parent) !== labelOf(table)),
    );
    const part = above?.partitions.find((each) => labelOf(each) === labelOf(table));
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
      inherits: catalog.tables
        .filter(({ children }) => children.some((child) => labelOf(child) === labelOf(table)))
        .map(({ schema, name }) => ({ schema, name })),
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
  return memory;
}

const strategyOf = (by: string): 'range' | 'list' | 'hash' =>
  /^list/i.test(by) ? 'list' : /^hash/i.test(by) ? 'hash' : 'range';

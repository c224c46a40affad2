import { labelOf, type Memory } from '../memory-catalog/memory';

/** Rows of PostgreSQL's own views and catalogs, as far as scripts ask them whether something is there. */
export type CatalogRow = Readonly<Record<string, string>>;

const UDT: Readonly<Record<string, string>> = {
  'character varying': 'varchar',
  integer: 'int4',
  bigint: 'int8',
  smallint: 'int2',
  boolean: 'bool',
  'timestamp with time zone': 'timestamptz',
  'timestamp without time zone': 'timestamp',
};

const tablesOf = (memory: Memory) => [...memory.tables.values()];

function constraintsOf(memory: Memory): CatalogRow[] {
  return tablesOf(memory).flatMap((table) => {
    const row = (name: string, type: string, contype: string): CatalogRow => ({
      conname: name,
      constraint_name: name,
      contype,
      constraint_type: type,
      table_name: table.name,
      table_schema: table.schema,
      constraint_schema: table.schema,
      conrelid: labelOf(table),
    });
    return [
      ...table.checks.map(({ name }) => row(name, 'CHECK', 'c')),
      ...table.foreignKeys.map(({ name }) => row(name, 'FOREIGN KEY', 'f')),
      ...table.indexes.flatMap((index) =>
        index.constraint === null
          ? []
          : [row(index.constraint, index.primary ? 'PRIMARY KEY' : 'UNIQUE', index.primary ? 'p' : 'u')],
      ),
    ];
  });
}

function relationsOf(memory: Memory): CatalogRow[] {
  return [
    ...tablesOf(memory).map((table) => ({ ...table, kind: 'r' })),
    ...[...memory.views.values()].map((view) => ({ ...view, kind: view.materialized ? 'm' : 'v' })),
    ...tablesOf(memory).flatMap((table) =>
      table.indexes.map(({ name }) => ({ schema: table.schema, name, kind: 'i' })),
    ),
    ...[...memory.otherNames.values()].map((other) => ({ ...other, kind: 'S' })),
  ].map(({ schema, name, kind }) => ({ relname: name, relkind: kind, nspname: schema }));
}

const ROWS: Readonly<Record<string, (memory: Memory) => CatalogRow[]>> = {
  columns: (memory) =>
    tablesOf(memory).flatMap((table) =>
      table.columns.map((column) => ({
        table_schema: table.schema,
        table_name: table.name,
        column_name: column.name,
        is_nullable: column.notNull ? 'NO' : 'YES',
        data_type: column.type.endsWith('[]')
          ? 'ARRAY'
          : column.baseType.includes('.')
            ? 'USER-DEFINED'
            : column.baseType,
        udt_name: UDT[column.baseType] ?? (column.baseType.split('.').at(-1) ?? '').replaceAll('"', ''),
      })),
    ),
  tables: (memory) =>
    [...tablesOf(memory), ...memory.views.values()].map(({ schema, name }) => ({
      table_schema: schema,
      table_name: name,
    })),
  pg_tables: (memory) =>
    tablesOf(memory).map(({ schema, name }) => ({ schemaname: schema, tablename: name })),
  table_constraints: constraintsOf,
  pg_constraint: constraintsOf,
  pg_indexes: (memory) =>
    tablesOf(memory).flatMap((table) =>
      table.indexes.map(({ name }) => ({ schemaname: table.schema, tablename: table.name, indexname: name })),
    ),
  pg_policies: (memory) =>
    tablesOf(memory).flatMap((table) =>
      table.dependents
        .filter(({ kind }) => kind === 'policy')
        .map(({ name }) => ({ schemaname: table.schema, tablename: table.name, policyname: name })),
    ),
  pg_attribute: (memory) =>
    tablesOf(memory).flatMap((table) =>
      table.columns.map(({ name }) => ({ attrelid: labelOf(table), attname: name, attisdropped: 'false' })),
    ),
  pg_class: relationsOf,
  pg_type: (memory) =>
    [...memory.enums.values()]
      .map(({ relation }) => relation)
      .concat([...memory.domains.values()])
      .map(({ schema, name }) => ({ typname: name, nspname: schema })),
  schemata: (memory) => [...memory.schemas].map((schema_name) => ({ schema_name })),
  pg_namespace: (memory) => [...memory.schemas].map((nspname) => ({ nspname })),
};

/** The rows that a catalog relation would have; null: it is none that is known here. */
export function catalogRows(memory: Memory, relation: string): CatalogRow[] | null {
  return ROWS[relation]?.(memory) ?? null;
}

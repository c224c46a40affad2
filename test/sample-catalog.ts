import { bareColumn, bareIndex, bareTable } from '@/lib/planner/bare-catalog';
import type { Catalog, ColumnInfo, IndexInfo, TableInfo, TypeInfo, ViewInfo } from '@/lib/planner/catalog';

/** A column as the catalog query gives it: nullable text unless told otherwise. */
export function sampleColumn(name: string, changes: Partial<ColumnInfo> = {}): ColumnInfo {
  return { ...bareColumn(name, changes.type ?? 'text'), ...changes };
}

/** A plain view that may follow. */
export function sampleView(changes: Partial<ViewInfo> = {}): ViewInfo {
  return {
    schema: 'public',
    definition: 'SELECT 1;',
    options: [],
    owned: true,
    owner: 'owner',
    comment: null,
    columnComments: [],
    grants: null,
    columnGrants: [],
    defaultGrantees: [],
    inTheWay: null,
    ...changes,
  };
}

/** A btree index over plain columns. */
export function sampleIndex(
  name: string,
  columns: readonly string[],
  changes: Partial<IndexInfo> = {},
): IndexInfo {
  return {
    ...bareIndex(name, columns),
    definition: `CREATE INDEX ${name} ON public.users USING btree (${columns.join(', ')})`,
    ...changes,
  };
}

/** A table `public.users` with a bigint key `id` and the given columns. */
export function sampleTable(
  columns: readonly ColumnInfo[] = [sampleColumn('name')],
  changes: Partial<TableInfo> = {},
): TableInfo {
  return {
    ...bareTable({ schema: 'public', name: 'users' }),
    owner: 'app',
    estimatedRows: 1000,
    bytes: 8192,
    columns: [sampleColumn('id', { type: 'bigint', notNull: true }), ...columns],
    key: [{ name: 'id', type: 'bigint' }],
    primaryKey: ['id'],
    ...changes,
  };
}

const KNOWN_TYPES = [
  'text',
  'integer',
  'bigint',
  'numeric(10,2)',
  'timestamp with time zone',
  'uuid',
  'json',
];

/** A catalog of these tables that knows some types and functions. */
export function sampleCatalog(...tables: readonly TableInfo[]): Catalog {
  const types = Object.fromEntries(
    KNOWN_TYPES.map((type): [string, TypeInfo] => [
      type,
      { type, baseType: type.replace(/\(.*\)/, ''), hashable: type !== 'json', constrainedDomain: false },
    ]),
  );
  return {
    serverVersionNum: 180000,
    identity: '1/test',
    assumed: false,
    tables: tables.length === 0 ? [sampleTable()] : tables,
    schemas: [{ name: 'public', canCreate: true, takenNames: [] }],
    enums: [],
    domains: [],
    tried: {},
    partitionRules: {},
    functions: { lower: 'immutable', now: 'stable', random: 'volatile', gen_random_uuid: 'volatile' },
    types,
  };
}

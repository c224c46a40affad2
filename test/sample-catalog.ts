import type { Catalog, ColumnInfo, IndexInfo, TableInfo, TypeInfo, ViewInfo } from '@/lib/planner/catalog';

/** A column as the catalog query gives it: nullable text unless told otherwise. */
export function sampleColumn(name: string, changes: Partial<ColumnInfo> = {}): ColumnInfo {
  const type = changes.type ?? 'text';
  return {
    name,
    number: 1,
    type,
    baseType: type.replace(/\(.*\)/, ''),
    notNull: false,
    notNullName: null,
    notNullProven: true,
    notNullComment: null,
    default: null,
    generated: null,
    identity: null,
    identitySequence: null,
    collation: null,
    deterministic: true,
    comment: null,
    statistics: null,
    storage: null,
    compression: null,
    options: [],
    grants: [],
    ownedSequences: [],
    hashable: true,
    constrainedDomain: false,
    ...changes,
  };
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
    name,
    columns: columns.map((column) => ({
      name: column,
      expression: null,
      opclass: null,
      opclassOptions: [],
      statistics: null,
      collation: null,
      descending: false,
      nullsFirst: false,
    })),
    include: [],
    method: 'btree',
    unique: false,
    primary: false,
    exclusion: false,
    nullsNotDistinct: false,
    replicaIdentity: false,
    predicate: null,
    options: [],
    valid: true,
    constraint: null,
    deferrable: false,
    initiallyDeferred: false,
    comment: null,
    constraintComment: null,
    tablespace: null,
    clustered: false,
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
    schema: 'public',
    name: 'users',
    kind: 'table',
    owner: 'app',
    owned: true,
    estimatedRows: 1000,
    bytes: 8192,
    columns: [sampleColumn('id', { type: 'bigint', notNull: true }), ...columns],
    key: [{ name: 'id', type: 'bigint' }],
    primaryKey: ['id'],
    indexes: [],
    constraints: [],
    checks: [],
    foreignKeys: [],
    inboundForeignKeys: [],
    dependents: [],
    triggers: [],
    inheritance: false,
    children: [],
    reads: [],
    unlogged: false,
    ofType: false,
    rules: [],
    replicaIdentity: 'd',
    partitions: [],
    partitionBy: null,
    partitionKey: [],
    rowSecurity: false,
    rowsHidden: false,
    canBuildIndexes: true,
    mayReference: true,
    grants: [],
    publications: [],
    takenNames: [],
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

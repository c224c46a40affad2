import { quoteIdent, quoteName, type RelationName } from '@/lib/core/sql-text';
import {
  type Catalog,
  type ConstraintInfo,
  FROM_FILES,
  type IndexInfo,
  type PartitionInfo,
  type TableInfo,
  type ViewInfo,
} from '../catalog';
import { labelOf, type Memory, type MemoryTable, type MemoryView, takenNames } from './memory';

const list = (names: readonly string[]): string => names.map(quoteIdent).join(', ');

const columnsOf = (index: IndexInfo): string[] => index.columns.map(({ name }) => name ?? '');

function constraintsOf(table: MemoryTable): ConstraintInfo[] {
  const deferred = (each: { deferrable: boolean; initiallyDeferred: boolean }) =>
    `${each.deferrable ? ' DEFERRABLE' : ''}${each.initiallyDeferred ? ' INITIALLY DEFERRED' : ''}`;
  const keys = table.indexes.flatMap((index): ConstraintInfo[] => {
    if (index.constraint === null) return [];
    const type = index.primary ? 'primary key' : index.exclusion ? 'exclusion' : 'unique';
    const include = index.include.length === 0 ? '' : ` INCLUDE (${list(index.include)})`;
    const distinct = index.nullsNotDistinct ? ' NULLS NOT DISTINCT' : '';
    const definition = `${type.toUpperCase()}${distinct} (${list(columnsOf(index))})${include}${deferred(index)}`;
    return [
      {
        name: index.constraint,
        type,
        definition,
        columns: columnsOf(index),
        validated: true,
        index: index.name,
        comment: null,
      },
    ];
  });
  const checks = table.checks.map((check): ConstraintInfo => {
    const definition = `CHECK (${check.expression})${check.noInherit ? ' NO INHERIT' : ''}${check.validated ? '' : ' NOT VALID'}`;
    return {
      name: check.name,
      type: 'check',
      definition,
      columns: check.columns,
      validated: check.validated,
      index: null,
      comment: null,
    };
  });
  const foreign = table.foreignKeys.map((key): ConstraintInfo => {
    const action = (what: string, value: string) => (value === 'NO ACTION' ? '' : ` ON ${what} ${value}`);
    const definition = `FOREIGN KEY (${list(key.columns)}) REFERENCES ${quoteName(key.references)}(${list(key.referencedColumns)})${key.match === 'FULL' ? ' MATCH FULL' : ''}${action('UPDATE', key.onUpdate)}${action('DELETE', key.onDelete)}${deferred(key)}${key.validated ? '' : ' NOT VALID'}`;
    return {
      name: key.name,
      type: 'foreign key',
      definition,
      columns: key.columns,
      validated: key.validated,
      index: null,
      comment: null,
    };
  });
  const notNull = table.columns.flatMap((column): ConstraintInfo[] =>
    column.notNullName === null
      ? []
      : [
          {
            name: column.notNullName,
            type: 'not null',
            definition: `NOT NULL ${quoteIdent(column.name)}`,
            columns: [column.name],
            validated: true,
            index: null,
            comment: null,
          },
        ],
  );
  return [...keys, ...checks, ...foreign, ...notNull].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Tables that inherit from it, at any level. */
function childrenOf(memory: Memory, label: string): RelationName[] {
  const own = [...memory.tables.values()].filter(({ inherits }) =>
    inherits.some((parent) => labelOf(parent) === label),
  );
  return own.flatMap((table) => [
    { schema: table.schema, name: table.name },
    ...childrenOf(memory, labelOf(table)),
  ]);
}

/** Grants and comments of views are not followed in files: whoever plans on them plans again on the database. */
const viewInfo = ({ schema, definition }: MemoryView): ViewInfo => ({
  schema,
  definition,
  options: [],
  owned: true,
  owner: '',
  comment: null,
  columnComments: [],
  grants: null,
  columnGrants: [],
  defaultGrantees: [],
  inTheWay: null,
});

/** The primary key, or else the narrowest unique index over NOT NULL columns. */
function keyOf(table: MemoryTable): TableInfo['key'] {
  const columnOf = (name: string | null) => table.columns.find((column) => column.name === name);
  const usable = table.indexes.filter(
    (index) =>
      index.unique &&
      index.valid &&
      !index.deferrable &&
      index.predicate === null &&
      index.columns.every(({ name }) => columnOf(name)?.notNull === true),
  );
  const [best] = [...usable].sort(
    (a, b) => Number(b.primary) - Number(a.primary) || a.columns.length - b.columns.length,
  );
  return best?.columns.map(({ name }) => ({ name: name ?? '', type: columnOf(name)?.type ?? '' })) ?? null;
}

function partitionsOf(memory: Memory, root: RelationName): PartitionInfo[] {
  const own = [...memory.tables.values()].filter(
    ({ parent }) => parent !== null && labelOf(parent.relation) === labelOf(root),
  );
  return [
    ...own.map((table) => ({
      schema: table.schema,
      name: table.name,
      parent: { schema: root.schema, name: root.name },
      leaf: table.partitionStrategy === null,
      indexes: [],
      bound: table.parent?.bound ?? 'DEFAULT',
    })),
    ...own.flatMap((table) => partitionsOf(memory, table)),
  ];
}

function toTableInfo(memory: Memory, table: MemoryTable): TableInfo {
  const label = labelOf(table);
  const primary = table.indexes.find((index) => index.primary);
  const inherits = (other: MemoryTable) => other.inherits.some((parent) => labelOf(parent) === label);
  const all = [...memory.tables.values()];
  return {
    schema: table.schema,
    name: table.name,
    kind: table.kind,
    owner: '',
    owned: true,
    estimatedRows: 0,
    bytes: 0,
    columns: table.columns,
    key: keyOf(table),
    primaryKey: primary === undefined ? [] : columnsOf(primary),
    indexes: [...table.indexes].sort((a, b) => (a.name < b.name ? -1 : 1)),
    constraints: constraintsOf(table),
    checks: table.checks,
    foreignKeys: table.foreignKeys,
    inboundForeignKeys: all.flatMap((other) =>
      other.foreignKeys
        .filter(({ references }) => labelOf(references) === label)
        .map((key) => ({
          name: key.name,
          table: { schema: other.schema, name: other.name },
          columns: key.referencedColumns,
        })),
    ),
    dependents: [
      ...table.dependents,
      ...[...memory.views.values()].flatMap((view) =>
        view.uses
          .filter((use) => labelOf(use.table) === label)
          .map(({ column }) => ({
            column,
            kind: view.materialized ? ('materialized view' as const) : ('view' as const),
            name: view.name,
            view: view.materialized ? null : viewInfo(view),
          })),
      ),
    ],
    triggers: table.triggers,
    inheritance:
      table.kind === 'partition' ||
      (table.kind !== 'partitioned table' && (table.inherits.length > 0 || all.some(inherits))),
    partitions: table.partitionStrategy === null ? [] : partitionsOf(memory, table),
    partitionKey: table.partitionKey,
    partitionBy: table.partitionBy,
    children: table.partitionStrategy === null ? childrenOf(memory, label) : [],
    reads: [],
    unlogged: table.unlogged,
    rowSecurity: table.rowSecurity,
    rowsHidden: false,
    canBuildIndexes: true,
    mayReference: true,
    grants: [],
    publications: [],
    takenNames: [
      ...new Set([...takenNames(memory, table.schema), ...constraintsOf(table).map(({ name }) => name)]),
    ],
  };
}

/** The catalog that the files would have left. Sizes are not known; owners and rights are taken to be those of whoever runs them. */
export function catalogOf(memory: Memory): Catalog {
  return {
    serverVersionNum: memory.serverVersionNum,
    identity: FROM_FILES,
    assumed: false,
    tables: [...memory.tables.values()].map((table) => toTableInfo(memory, table)),
    schemas: [...memory.schemas].map((name) => ({
      name,
      canCreate: true,
      takenNames: takenNames(memory, name),
    })),
    domains: [...memory.domains.values()],
    enums: [...memory.enums.values()].map(({ relation, labels }) => ({
      ...relation,
      owned: true,
      owner: '',
      labels,
    })),
    partitionRules: {},
    tried: {},
    functions: Object.fromEntries([...memory.functions].map(([name, { volatility }]) => [name, volatility])),
    types: {},
  };
}

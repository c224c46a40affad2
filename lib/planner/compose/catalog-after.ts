import type { OperationOf } from '@/lib/core/operation';
import { quoteName, type RelationName } from '@/lib/core/sql-text';
import { bareColumn, bareIndex } from '../bare-catalog';
import type { Catalog, ColumnInfo, ConstraintInfo, EnumInfo, TableInfo, TypeInfo } from '../catalog';
import { freshName } from '../names';
import { relationLabel } from '../plan-parts';
import type { Arranged } from './arranged';
import { createTable } from './create-table';

/** The catalog with one table changed. */
function withTable(
  catalog: Catalog,
  relation: RelationName,
  change: (table: TableInfo) => TableInfo,
): Catalog {
  const label = relationLabel(relation);
  return {
    ...catalog,
    tables: catalog.tables.map((table) => (relationLabel(table) === label ? change(table) : table)),
  };
}

const changeColumn = (
  catalog: Catalog,
  operation: { readonly table: RelationName; readonly column: string },
  change: Partial<ColumnInfo>,
): Catalog =>
  withTable(catalog, operation.table, (table) => ({
    ...table,
    columns: table.columns.map((column) =>
      column.name === operation.column ? { ...column, ...change } : column,
    ),
  }));

const addColumn = (catalog: Catalog, relation: RelationName, column: ColumnInfo): Catalog =>
  withTable(catalog, relation, (table) => ({
    ...table,
    columns: [
      ...table.columns,
      { ...column, number: 1 + Math.max(0, ...table.columns.map((each) => each.number)) },
    ],
  }));

function columnOf(name: string, type: TypeInfo): ColumnInfo {
  return { ...bareColumn(name, type.type), ...type };
}

function addConstraint(
  catalog: Catalog,
  relation: RelationName,
  constraint: Pick<ConstraintInfo, 'name' | 'type' | 'columns' | 'index'>,
): Catalog {
  return withTable(catalog, relation, (table) => ({
    ...table,
    constraints: [
      ...table.constraints,
      { ...constraint, definition: '', validated: true, comment: null, dependents: [] },
    ],
    takenNames: [...table.takenNames, constraint.name],
  }));
}

const addIndex = (
  catalog: Catalog,
  relation: RelationName,
  name: string,
  columns: readonly string[],
  unique: boolean,
): Catalog =>
  withTable(catalog, relation, (table) => ({
    ...table,
    indexes: [...table.indexes, { ...bareIndex(name, columns), unique, definition: '' }],
    takenNames: [...table.takenNames, name],
  }));

/** Without a constraint, its index, and what its parent knows of it. */
function dropConstraint(catalog: Catalog, relation: RelationName, name: string): Catalog {
  const without = <T extends { readonly name: string }>(list: readonly T[]) =>
    list.filter((each) => each.name !== name);
  const label = relationLabel(relation);
  return {
    ...catalog,
    tables: catalog.tables.map((table) =>
      relationLabel(table) === label
        ? {
            ...table,
            constraints: without(table.constraints),
            checks: without(table.checks),
            foreignKeys: without(table.foreignKeys),
            indexes: table.indexes.filter((index) => index.constraint !== name),
            takenNames: table.takenNames.filter((taken) => taken !== name),
            inboundForeignKeys: table.inboundForeignKeys.filter(
              (key) => key.name !== name || relationLabel(key.table) !== label,
            ),
          }
        : {
            ...table,
            inboundForeignKeys: table.inboundForeignKeys.filter(
              (key) => key.name !== name || relationLabel(key.table) !== label,
            ),
          },
    ),
  };
}

/** How pg_get_indexdef names the table. */
const ON_TABLE = / ON (ONLY )?(?:"(?:[^"]|"")+"|[^\s".]+)\.(?:"(?:[^"]|"")+"|[^\s".]+) USING /;

/** The table under its new name, and a view under the old one, of which the operations behind it need know nothing. */
function renameTable(catalog: Catalog, { table, to }: OperationOf<'rename_table'>): Catalog {
  const label = relationLabel(table);
  const fresh = { schema: table.schema, name: to };
  const named = <T extends RelationName>(relation: T): T =>
    relationLabel(relation) === label ? { ...relation, ...fresh } : relation;
  return {
    ...catalog,
    tables: catalog.tables.map((known) => ({
      ...named(known),
      indexes:
        relationLabel(known) === label
          ? known.indexes.map((index) => ({
              ...index,
              definition: index.definition.replace(
                ON_TABLE,
                (_, only: string | undefined) => ` ON ${only ?? ''}${quoteName(fresh)} USING `,
              ),
            }))
          : known.indexes,
      foreignKeys: known.foreignKeys.map((key) => ({ ...key, references: named(key.references) })),
      inboundForeignKeys: known.inboundForeignKeys.map((key) => ({ ...key, table: named(key.table) })),
    })),
    schemas: catalog.schemas.map((schema) =>
      schema.name === table.schema ? { ...schema, takenNames: [...schema.takenNames, to] } : schema,
    ),
  };
}

/** Types that could not be known because the enum that they are of is only made now. */
function createEnum(catalog: Catalog, type: RelationName, labels: readonly string[]): Catalog {
  const made: EnumInfo = { ...type, owned: true, owner: '', labels };
  const spelled = new Set(
    [type.name, `"${type.name}"`].flatMap((name) => [
      name,
      `${type.schema}.${name}`,
      `"${type.schema}".${name}`,
    ]),
  );
  const types = Object.fromEntries(
    Object.entries(catalog.types).map(([written, known]) => {
      const [, base = '', brackets = ''] = /^(.*?)((?:\[\d*\])*)$/.exec(written.trim()) ?? [];
      if (known !== null || !spelled.has(base)) return [written, known];
      const name = `${quoteName(type)}${brackets}`;
      return [written, { type: name, baseType: name, hashable: true, constrainedDomain: false }];
    }),
  );
  return { ...catalog, types, enums: [...catalog.enums, made] };
}

/** The catalog as the operations after this one find it, in the phases in which they do their work. Pure. */
export function catalogAfter(
  given: Catalog,
  { operation, replaces, early, family }: Arranged,
  tag: string,
): Catalog {
  const catalog = (family?.members ?? []).reduce((known, each) => catalogAfter(known, each, tag), given);
  switch (operation.kind) {
    case 'rename_table':
      return early === undefined ? catalog : renameTable(catalog, operation);
    case 'create_table':
      return createTable(catalog, operation);
    case 'create_enum':
      return createEnum(catalog, operation.type, operation.values);
    case 'add_column': {
      const type = catalog.types[operation.type];
      if (type === null || type === undefined) return catalog;
      return addColumn(catalog, operation.table, {
        ...columnOf(operation.column, type),
        notNull: !operation.nullable,
        default: operation.default ?? null,
      });
    }
    case 'rename_column': {
      const old = catalog.tables
        .find((table) => relationLabel(table) === relationLabel(operation.table))
        ?.columns.find(({ name }) => name === operation.from);
      return old === undefined
        ? catalog
        : addColumn(catalog, operation.table, { ...old, name: operation.to });
    }
    case 'change_type': {
      const type = catalog.types[operation.type];
      if (type === null || type === undefined) return catalog;
      const to = operation.to ?? operation.column;
      return addColumn(
        catalog,
        operation.table,
        columnOf(to === operation.column ? freshName(tag, to) : to, type),
      );
    }
    case 'replace_enum': {
      const name = quoteName(operation.type);
      return addColumn(
        catalog,
        operation.table,
        columnOf(freshName(tag, operation.column), {
          type: name,
          baseType: name,
          hashable: true,
          constrainedDomain: false,
        }),
      );
    }
    case 'set_default':
      return changeColumn(catalog, operation, { default: operation.default });
    case 'drop_not_null':
      return changeColumn(catalog, operation, { notNull: false, notNullName: null });
    case 'drop_constraint':
      return dropConstraint(catalog, operation.table, operation.constraint);
    case 'drop_index':
      return withTable(catalog, operation.table, (table) => ({
        ...table,
        indexes: table.indexes.filter(({ name }) => name !== operation.index),
        // Until Retire it is there, and so is its name.
        takenNames: table.takenNames.filter((name) => name !== operation.index || replaces !== true),
      }));
    case 'rename_index':
      return withTable(catalog, operation.table, (table) => ({
        ...table,
        indexes: table.indexes.map((index) =>
          index.name === operation.from ? { ...index, name: operation.to } : index,
        ),
        takenNames: [...table.takenNames.filter((name) => name !== operation.from), operation.to],
      }));
    case 'rename_constraint':
      return withTable(catalog, operation.table, (table) => {
        const { from, to } = operation;
        const renamed = <T extends { readonly name: string }>(each: T): T =>
          each.name === from ? { ...each, name: to } : each;
        return {
          ...table,
          constraints: table.constraints
            .map(renamed)
            .map((each) => (each.index === from && each.name === to ? { ...each, index: to } : each)),
          checks: table.checks.map(renamed),
          foreignKeys: table.foreignKeys.map(renamed),
          indexes: table.indexes.map((index) =>
            index.constraint === from ? { ...renamed(index), constraint: to } : index,
          ),
          takenNames: [...table.takenNames.filter((name) => name !== from), to],
        };
      });
    case 'add_index':
      return operation.name === undefined
        ? catalog
        : addIndex(
            catalog,
            operation.table,
            operation.name,
            operation.columns ?? [],
            operation.unique && operation.columns !== undefined && operation.where === undefined,
          );
    case 'add_unique':
      return operation.name === undefined
        ? catalog
        : addConstraint(
            addIndex(catalog, operation.table, operation.name, operation.columns, true),
            operation.table,
            { name: operation.name, type: 'unique', columns: operation.columns, index: operation.name },
          );
    case 'add_check':
    case 'add_foreign_key':
      return operation.name === undefined
        ? catalog
        : addConstraint(catalog, operation.table, {
            name: operation.name,
            type: operation.kind === 'add_check' ? 'check' : 'foreign key',
            columns: operation.kind === 'add_check' ? [] : operation.columns,
            index: null,
          });
    default:
      return catalog;
  }
}

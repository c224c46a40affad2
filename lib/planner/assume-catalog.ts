import { type Operation, type OperationKind, tableOf } from '@/lib/core/operation';
import { quoteIdent, quoteName, type RelationName } from '@/lib/core/sql-text';
import { parseExpression } from '@/lib/sql/expression';
import { bareColumn, bareIndex, bareTable } from './bare-catalog';
import type { Catalog, ConstraintInfo, TableInfo, TypeInfo } from './catalog';
import { functionVolatility } from './function-volatility';
import { expressionsOf, relationsOf, touchesOf, typesOf } from './registry';

/** Columns that the operations make themselves. */
function addedBy(operation: Operation): (string | undefined)[] {
  if (operation.kind === 'add_column' || operation.kind === 'add_generated_column') return [operation.column];
  if (operation.kind === 'split_column') return [operation.first, operation.second];
  if (operation.kind === 'merge_columns') return [operation.to];
  return operation.kind === 'rename_column' || operation.kind === 'change_type' ? [operation.to] : [];
}

/** Columns that must exist for the operations to make sense. */
function columnsFor(operations: readonly Operation[]): string[] {
  const added = new Set(operations.flatMap(addedBy));
  const named = operations
    .flatMap(touchesOf)
    .flatMap(({ part }) => (part?.startsWith('column ') ? [part.slice('column '.length)] : []));
  const used = expressionsOf(operations).flatMap((text) =>
    parseExpression(text).columns.map((column) => column.name),
  );
  return [...new Set([...named, ...used])].filter((name) => !added.has(name));
}

/** Names of parts that operations of these kinds count on. */
function namesFor(operations: readonly Operation[], kinds: readonly OperationKind[]): string[] {
  return operations
    .filter(({ kind }) => kinds.includes(kind))
    .flatMap((operation) => touchesOf(operation)[0]?.part?.replace(/^name /, '') ?? []);
}

const assumedIndex = (table: RelationName, name: string, column: string): TableInfo['indexes'][number] => ({
  ...bareIndex(name, []),
  definition: `CREATE INDEX ${quoteIdent(name)} ON ${quoteName(table)} USING btree (${quoteIdent(column)})`,
});

const assumedConstraint = (name: string): ConstraintInfo => ({
  name,
  type: 'check',
  definition: 'CHECK (true)',
  columns: [],
  validated: true,
  index: null,
  comment: null,
  dependents: [],
});

/**
 * A catalog for planning without a database: each table that the operations name exists, with a bigint primary key `id`
 * and the columns they use, of type text. The plan says that it was assumed.
 */
export function assumeCatalog(operations: readonly Operation[]): Catalog {
  const labels = new Map(
    operations
      .filter(({ kind }) => kind !== 'create_table')
      .flatMap(relationsOf)
      .map((table) => [`${table.schema}.${table.name}`, table]),
  );
  const tables = [...labels.entries()].map(([label, { schema, name }]): TableInfo => {
    const mine = operations.filter((operation) => {
      const table = tableOf(operation);
      return table !== null && `${table.schema}.${table.name}` === label;
    });
    const key = columnsFor(mine).includes('id') ? 'segue_assumed_key' : 'id';
    return {
      ...bareTable({ schema, name }),
      columns: [
        { ...bareColumn(key, 'bigint'), notNull: true },
        ...columnsFor(mine).map((column, index) => ({
          ...bareColumn(column, 'text', index + 2),
          // What is to be a key must be NOT NULL.
          notNull: mine.some(({ kind }) => kind === 'replace_primary_key'),
        })),
      ],
      key: [{ name: key, type: 'bigint' }],
      primaryKey: [key],
      indexes: [
        ...namesFor(mine, ['drop_index']).map((index) => assumedIndex({ schema, name }, index, key)),
        {
          ...assumedIndex({ schema, name }, `${name}_pkey`, key),
          unique: true,
          primary: true,
          constraint: `${name}_pkey`,
        },
      ],
      constraints: namesFor(mine, ['drop_constraint', 'rename_constraint']).map(assumedConstraint),
      takenNames: [name],
    };
  });
  const types = Object.fromEntries(
    typesOf(operations).map((type): [string, TypeInfo] => [
      type,
      { type, baseType: type.replace(/\(.*\)/, ''), hashable: true, constrainedDomain: false },
    ]),
  );
  const names = expressionsOf(operations).flatMap((text) => parseExpression(text).functions);
  const functions = Object.fromEntries(names.map((name) => [name, functionVolatility(name) ?? 'volatile']));
  return {
    serverVersionNum: 180000,
    identity: 'assumed',
    assumed: true,
    tables,
    schemas: [],
    enums: [],
    domains: [],
    tried: {},
    partitionRules: {},
    functions,
    types,
  };
}

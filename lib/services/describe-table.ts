import { SegueError } from '@/lib/core/errors';
import { readCatalog } from '@/lib/engine/read-catalog';
import { findTable, type TableInfo } from '@/lib/planner/catalog';
import type { ColumnView, TableView } from '@/lib/views/table-view';
import { requireDatabase } from './require-record';
import type { ServiceContext } from './service-context';

/** One table with its columns and what hangs on each, from the live catalog. Throws `unknown_table`. */
export async function describeTable(
  context: ServiceContext,
  input: { databaseId: string; schema: string; name: string },
): Promise<TableView> {
  const database = await requireDatabase(context.control, input.databaseId);
  const relation = { schema: input.schema, name: input.name };
  const catalog = await context.targets.use(
    database,
    (target) => readCatalog(target, { tables: [relation] }),
    {
      patient: true,
    },
  );
  const table = findTable(catalog, relation);
  if (table !== undefined) return tableView(table);
  throw new SegueError(
    'unknown_table',
    `There is no table "${input.schema}"."${input.name}" in "${database.name}".`,
    { object: `${input.schema}.${input.name}`, next: 'Choose a table of the list.' },
  );
}

/** A catalog's table as the picker shows it. Pure. */
function tableView(table: TableInfo): TableView {
  return {
    schema: table.schema,
    name: table.name,
    kind: table.kind,
    estimatedRows: table.estimatedRows,
    bytes: table.bytes,
    owned: table.owned,
    columns: table.columns.map((column) => columnView(table, column)),
    indexes: table.indexes.map((index) => ({
      name: index.name,
      columns: index.columns.map((column) => column.name ?? column.expression ?? ''),
      unique: index.unique,
      valid: index.valid,
    })),
    constraints: table.constraints
      .filter(({ type }) => type !== 'other')
      .map(({ name, type, columns, definition }) => ({ name, kind: type, columns, definition })),
    referencedBy: table.inboundForeignKeys.map((key) => ({
      name: key.name,
      table: `${key.table.schema}.${key.table.name}`,
    })),
  };
}

function columnView(table: TableInfo, column: TableInfo['columns'][number]): ColumnView {
  const { name } = column;
  return {
    name,
    type: column.type,
    notNull: column.notNull,
    default: column.default,
    generated: column.generated !== null || column.identity !== null,
    comment: column.comment,
    primaryKey: table.primaryKey.includes(name),
    indexes: table.indexes
      .filter((index) => index.columns.some((part) => part.name === name) || index.include.includes(name))
      .map((index) => index.name),
    constraints: [...table.checks, ...table.foreignKeys]
      .filter((constraint) => constraint.columns.includes(name))
      .map((constraint) => constraint.name),
    dependents: table.dependents
      .filter((dependent) => dependent.column === name)
      .map((dependent) => `${dependent.kind} ${dependent.name}`),
  };
}

import type { KeptRows, RowsDelete } from '@/lib/core/rows-delete';
import { quoteIdent, quoteName, type RelationName } from '@/lib/core/sql-text';
import { type ColumnInfo, findTable, type TableInfo } from '../catalog';
import type { ForeignKey } from '../constraint-info';
import { type OperationContext, relationLabel } from '../plan-parts';
import { refuse, requireKey, requireTable } from '../refuse';
import { requireUnruled } from '../refuse-unfit';

/** The columns that a row is kept with: all that can be written. */
export const keptColumns = (table: TableInfo): readonly ColumnInfo[] =>
  table.columns.filter(({ generated }) => generated === null);

const isCascade = ({ onDelete }: ForeignKey): boolean => /^cascade$/i.test(onDelete);
const changesRows = ({ onDelete }: ForeignKey): boolean => /^set (null|default)$/i.test(onDelete);

interface Edge {
  readonly child: TableInfo;
  readonly key: ForeignKey;
}

/** Foreign keys by which rows of other tables depend on rows of this one. */
function inboundKeys({ catalog }: OperationContext, table: TableInfo): Edge[] {
  return table.inboundForeignKeys.flatMap((inbound) => {
    const child = findTable(catalog, inbound.table);
    const key = child?.foreignKeys.find(({ name }) => name === inbound.name);
    // A partition's own share of a key stands for itself in the catalog; the table at the top has it whole.
    const own = child !== undefined && child.kind !== 'partition';
    return !own || key === undefined ? [] : [{ child, key }];
  });
}

/**
 * The table and those whose rows go with its rows, parents before children. Throws where a row would be changed instead, or the
 * way leads back to a table: those rows could not be brought back one after the other.
 */
function tablesInOrder(context: OperationContext): TableInfo[] {
  const sorted: TableInfo[] = [];
  const visit = (table: TableInfo, above: readonly string[]): void => {
    requireUnruled(table);
    const label = relationLabel(table);
    for (const { child, key } of inboundKeys(context, table)) {
      const object = relationLabel(child);
      const circle = object === label || above.includes(object);
      if (circle && key.enforced)
        refuse(
          `The foreign key "${key.name}" of "${object}" leads back to it: rows that reference each other cannot go, or come back, in batches.`,
          label,
          'Delete those that reference others first, in a transition of its own, or use free_sql.',
          'table',
        );
      if (changesRows(key))
        refuse(
          `Rows of "${object}" would lose their reference, by ON DELETE ${key.onDelete} of "${key.name}".`,
          label,
          `Clear it first: update_rows: { table: ${object}, set: "${key.columns.map((column) => `${column} = NULL`).join(', ')}", … }.`,
          'table',
        );
      if (isCascade(key) && !sorted.includes(child))
        visit(requireTable(context.catalog, child), [...above, label]);
    }
    sorted.unshift(table);
  };
  visit(context.table, []);
  return sorted;
}

/** Over `b`: whatever the row references is there. */
function mayReturn(table: TableInfo, at: (column: string) => string): string {
  const present = table.foreignKeys
    .filter(({ enforced }) => enforced)
    .map(({ columns, references, referencedColumns }) => {
      const empty = columns.map((column) => `b.${at(column)} IS NULL`);
      const same = columns.map(
        (column, n) => `p.${quoteIdent(referencedColumns[n] ?? '')} = b.${at(column)}`,
      );
      return `(${empty.join(' OR ')} OR EXISTS (SELECT FROM ${quoteName(references)} AS p WHERE ${same.join(' AND ')}))`;
    });
  return present.length === 0 ? 'true' : present.join(' AND ');
}

/** The table itself, then those whose rows go with it, each after the tables that it references. */
export function goingRows(context: OperationContext): RowsDelete['tables'] {
  const order = tablesInOrder(context);
  const keptOf = (at: number): RelationName => ({
    schema: 'segue',
    name: `deleted_${context.tag}_${context.index + 1}${at === 0 ? '' : `_${at}`}`,
  });
  const place = (table: TableInfo, column: string): string =>
    `c${keptColumns(table).findIndex(({ name }) => name === column)}`;
  const rowsOf = (table: TableInfo, at: number): KeptRows => ({
    table: { schema: table.schema, name: table.name },
    kept: keptOf(at),
    key: requireKey(table),
    columns: keptColumns(table).map(({ name }) => name),
    goesWith:
      at === 0
        ? null
        : order
            .slice(0, at)
            .flatMap((parent, n) =>
              inboundKeys(context, parent)
                .filter(({ child, key }) => isCascade(key) && relationLabel(child) === relationLabel(table))
                .map(({ key }) => {
                  const same = key.columns.map(
                    (column, m) =>
                      `p.${place(parent, key.referencedColumns[m] ?? '')} = c.${quoteIdent(column)}`,
                  );
                  return `EXISTS (SELECT FROM ${quoteName(keptOf(n))} AS p WHERE p.segue_stage = 1 AND ${same.join(' AND ')})`;
                }),
            )
            .join(' OR '),
    mayReturn: mayReturn(table, (column) => place(table, column)),
  });
  return [rowsOf(context.table, 0), ...order.slice(1).map((table, at) => rowsOf(table, at + 1))];
}

/** The table that keeps rows, and the index by which a batch finds those that it has just taken. */
export function createKept(context: OperationContext, { table, kept, key, columns }: KeptRows): string[] {
  const known = keptColumns(requireTable(context.catalog, table));
  const types = known.map(({ type }, at) => `c${at} ${type}`);
  const keyColumns = key.map(({ name }) => `c${columns.indexOf(name)}`).join(', ');
  return [
    `CREATE TABLE ${quoteName(kept)} (${types.join(', ')}, segue_stage smallint NOT NULL, PRIMARY KEY (${keyColumns}))`,
    `CREATE INDEX ON ${quoteName(kept)} (segue_stage) WHERE segue_stage = 1`,
  ];
}

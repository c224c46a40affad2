import { quoteIdent } from '@/lib/core/sql-text';
import { type Expression, replaceColumns } from '@/lib/sql/expression';
import type { TableInfo } from '../catalog';

/** The columns of the table that an expression may read: inside a subquery a name may belong to another table, and is counted too. */
export function columnsRead(value: Expression, table: Pick<TableInfo, 'columns'>): readonly string[] {
  const named = new Set(value.columns.map(({ name }) => name));
  return table.columns.map(({ name }) => name).filter((name) => named.has(name));
}

/**
 * An expression over one row of a table, which is called `row`, as SQL. A subquery in it sees the row under the table's name, by
 * PostgreSQL's own rules; only columns that are named are handed over, so that others may come and go.
 */
export function overRow(value: Expression, table: Pick<TableInfo, 'name' | 'columns'>, row: string): string {
  if (!value.hasSubquery) return replaceColumns(value, (name) => `${row}.${quoteIdent(name)}`);
  const list = columnsRead(value, table).map((name) => `${row}.${quoteIdent(name)} AS ${quoteIdent(name)}`);
  return `(SELECT (${value.text}\n) FROM (SELECT ${list.join(', ')}) AS ${quoteIdent(table.name)})`;
}

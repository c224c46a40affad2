import { quoteIdent, quoteLiteral, quoteName } from '@/lib/core/sql-text';
import type { ColumnInfo, TableInfo } from '../catalog';
import { cloneName } from '../names';
import { alterTable } from '../plan-parts';
import type { Pair } from '../sync/pair';

/** The comment of a NOT NULL constraint, which has a name since PostgreSQL 18. */
export function notNullComment(table: TableInfo, name: string, comment: string | null): string[] {
  return comment === null
    ? []
    : [`COMMENT ON CONSTRAINT ${quoteIdent(name)} ON ${quoteName(table)} IS ${quoteLiteral(comment)}`];
}

/** NOT NULL under a name of its own, which a plain SET NOT NULL would make anew; null: PostgreSQL chooses. */
export function setNotNull(
  table: TableInfo,
  column: Pick<ColumnInfo, 'name' | 'notNullComment'>,
  name: string | null,
): string[] {
  const quoted = quoteIdent(column.name);
  return name === null
    ? [`${alterTable(table)} ALTER COLUMN ${quoted} SET NOT NULL`]
    : [
        `${alterTable(table)} ADD CONSTRAINT ${quoteIdent(name)} NOT NULL ${quoted}`,
        ...notNullComment(table, name, column.notNullComment),
      ];
}

/** The old column's NOT NULL for the new one: under a name made of the old one's where a person chose that. */
export function sameNotNull(table: TableInfo, pair: Pair): string[] {
  const { name, notNullName, notNullComment: comment } = pair.old;
  const chosen =
    notNullName !== null && (comment !== null || notNullName !== `${table.name}_${name}_not_null`);
  return setNotNull(
    table,
    { name: pair.newName, notNullComment: comment },
    chosen ? cloneName(notNullName, name, pair.newName, table.takenNames) : null,
  );
}

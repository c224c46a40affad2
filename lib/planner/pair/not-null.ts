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

/** The name of the new column's NOT NULL: made of the old one's where a person chose that, or will get it; null: PostgreSQL chooses. */
export function notNullName(table: TableInfo, pair: Pair): string | null {
  const { name, notNullName: own, notNullComment: comment } = pair.old;
  const chosen = pair.keepsNames === true || comment !== null || own !== `${table.name}_${name}_not_null`;
  return own !== null && chosen ? cloneName(own, name, pair.newName, table.takenNames) : null;
}

/** The old column's NOT NULL for the new one. */
export function sameNotNull(table: TableInfo, pair: Pair): string[] {
  return setNotNull(
    table,
    { name: pair.newName, notNullComment: pair.old.notNullComment },
    notNullName(table, pair),
  );
}

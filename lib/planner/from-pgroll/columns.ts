import { quoteIdent, quoteName } from '@/lib/core/sql-text';
import { parseExpression } from '@/lib/sql/expression';
import { columnConstraints } from './constraints';
import { plainExpression } from './conversion';
import type { PgrollBody } from './pgroll-file';
import {
  asking,
  only,
  type PgrollContext,
  type PgrollPart,
  pgrollTable,
  refused,
  together,
} from './pgroll-part';
import { newComment } from './tables';

/** A new column with what hangs on it. `up` gives the value for rows that have none, as Segue's `value` does. */
export function addColumn(
  { table: name, column, up }: PgrollBody<'add_column'>,
  context: PgrollContext,
): PgrollPart {
  const table = pgrollTable(name);
  const label = `public.${name}.${column.name}`;
  if (column.pk === true)
    return refused(
      'primary-key-column',
      `"${label}" is to be the primary key of a table that is there.`,
      'Add the column first, then use replace_primary_key in a transition after it.',
    );
  if (column.generated?.identity !== undefined)
    return refused(
      'identity-column',
      `"${label}" as a new identity column would write the whole table anew under a lock.`,
      'Add it as bigint with "up", then use add_identity in a transition after it.',
    );
  const rest = together(
    columnConstraints(table, column.name, {
      check: column.check,
      unique: column.unique === true ? true : undefined,
      references: column.references,
    }),
    newComment(`COLUMN ${quoteName(table)}.${quoteIdent(column.name)}`, column.comment, table),
  );
  const expression = column.generated?.expression;
  if (expression)
    return together(
      only({
        kind: 'add_generated_column',
        table,
        column: column.name,
        type: column.type,
        expression,
        stored: true,
      }),
      rest,
    );
  const nullable = column.nullable === true;
  const add = (value: string | null) =>
    together(
      only({
        kind: 'add_column',
        table,
        column: column.name,
        type: column.type,
        nullable,
        ...(column.default === undefined ? {} : { default: column.default }),
        ...(value === null ? {} : { value }),
      }),
      rest,
    );
  if (up !== undefined && up.trim() !== '') return add(plainExpression(up));
  if (nullable || column.default !== undefined) return add(null);
  return asking(
    context,
    {
      id: `value:${label}`,
      kind: 'value',
      text: `${column.name} is NOT NULL and has no default: which value do the rows of ${name} get that are there? SQL over the row.`,
    },
    add,
  );
}

/** `down` says what old code finds in rows that new code wrote. Segue writes it as a default, which cannot read the row. */
export function dropColumn(
  { table: name, column, down }: PgrollBody<'drop_column'>,
  context: PgrollContext,
): PgrollPart {
  const table = pgrollTable(name);
  const drop = (restore?: string) =>
    only({ kind: 'drop_column', table, column, ...(restore === undefined ? {} : { restore }) });
  if (down === undefined || down.trim() === '') return drop();
  const expression = plainExpression(down);
  const { columns, hasSubquery } = parseExpression(expression);
  if (columns.length === 0 && !hasSubquery) return drop(expression);
  return asking(
    context,
    {
      id: `value:public.${name}.${column}`,
      kind: 'value',
      text: `"down" reads other columns (${expression}), which a default cannot. What does old code find in ${column} of rows that new code wrote? One SQL value.`,
    },
    drop,
  );
}

export const renameColumn = ({ table, from, to }: PgrollBody<'rename_column'>): PgrollPart =>
  only({ kind: 'rename_column', table: pgrollTable(table), from, to });

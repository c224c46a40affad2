import type { OperationOf } from '@/lib/core/operation';
import { quoteIdent, type RelationName } from '@/lib/core/sql-text';
import { parseExpression, replaceColumns } from '@/lib/sql/expression';
import { changingUp, columnConstraints } from './constraints';
import { conversionOf, plainExpression } from './conversion';
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
import { changedComment } from './tables';

type AlterColumn = PgrollBody<'alter_column'>;

/** In pgroll both expressions name the column as it was called; Segue's `down` names the new one. */
function changeType(body: AlterColumn, table: RelationName): PgrollPart {
  const { column, type = '', name } = body;
  const given = conversionOf(body.up, column);
  // What only fills is done by NOT NULL, which may read the whole row.
  const up = given.kind === 'fills' && body.nullable === false ? { kind: 'same' as const } : given;
  const down = conversionOf(body.down, column);
  const to = name === undefined || name === column ? undefined : name;
  const downSql =
    down.kind === 'same'
      ? undefined
      : to === undefined
        ? down.sql
        : replaceColumns(parseExpression(down.sql), (each) => (each === column ? quoteIdent(to) : null));
  const operation: OperationOf<'change_type'> = {
    kind: 'change_type',
    table,
    column,
    type,
    ...(to === undefined ? {} : { to }),
    ...(up.kind === 'same' ? {} : { up: up.sql }),
    ...(downSql === undefined ? {} : { down: downSql }),
  };
  return only(operation);
}

/** What the column is called once the other changes of the same operation are made. */
const nameAfter = ({ column, name }: AlterColumn): string => name ?? column;

/** On rows where the column is NULL, and only there, `up` gives the value that Segue asks for. */
function setNotNull(body: AlterColumn, table: RelationName, context: PgrollContext): PgrollPart {
  const column = nameAfter(body);
  const label = `public.${table.name}.${column}`;
  const set = (value: string | undefined) =>
    only({ kind: 'set_not_null', table, column, ...(value === undefined ? {} : { value }) });
  const conversion = conversionOf(body.up, body.column);
  // After a conversion the value is one of the new type: what the conversion makes of NULL.
  if (body.type !== undefined && conversion.kind !== 'same')
    return set(
      replaceColumns(parseExpression(conversion.sql), (each) => (each === body.column ? 'NULL' : null)),
    );
  const renamed = (sql: string) =>
    replaceColumns(parseExpression(sql), (each) => (each === body.column ? quoteIdent(column) : null));
  if (conversion.kind === 'fills') return set(renamed(conversion.sql));
  if (conversion.kind === 'same')
    return asking(
      context,
      {
        id: `value:${label}`,
        kind: 'value',
        text: `"up" gives ${column} as it is: which value do rows get that are NULL? SQL over the row.`,
      },
      set,
    );
  const { sql } = conversion;
  return asking(
    context,
    {
      id: `reading:${label}`,
      kind: 'reading',
      text: `"up" may change values of ${column} that are not NULL: ${sql}`,
      options: [
        {
          id: 'fill-nulls',
          title: 'Only fill what is NULL',
          meaning: `Rows that are NULL get ${sql}; the others keep their value, for old and new code.`,
        },
      ],
    },
    () => set(renamed(sql)),
  );
}

function dropNotNull(body: AlterColumn, table: RelationName): PgrollPart {
  const column = nameAfter(body);
  const down = conversionOf(body.down, body.column);
  return together(
    only({ kind: 'drop_not_null', table, column }),
    down.kind === 'same'
      ? {}
      : {
          assumptions: [
            `"down" of ${column} is not used (${down.sql}): from Add on old code may read NULL where new code wrote it.`,
          ],
        },
  );
}

/** All the changes of one alter_column, in the order in which they can follow each other. */
export function alterColumn(body: AlterColumn, context: PgrollContext): PgrollPart {
  const table = pgrollTable(body.table);
  const column = nameAfter(body);
  const constrained = body.check !== undefined || body.unique !== undefined || body.references !== undefined;
  const changes = Object.keys(body).filter((key) => !['table', 'column', 'up', 'down'].includes(key));
  if (changes.length === 0)
    return refused(
      'nothing-changes',
      `alter_column of ${body.table}.${body.column} changes nothing.`,
      'Say what changes: name, type, nullable, default, comment, check, unique or references.',
    );
  const inOldWords =
    body.check === undefined || column === body.column
      ? body.check
      : {
          ...body.check,
          constraint: replaceColumns(parseExpression(plainExpression(body.check.constraint)), (each) =>
            each === body.column ? quoteIdent(column) : null,
          ),
        };
  return together(
    body.type !== undefined
      ? changeType(body, table)
      : column === body.column
        ? {}
        : only({ kind: 'rename_column', table, from: body.column, to: column }),
    body.nullable === false ? setNotNull(body, table, context) : {},
    body.nullable === true ? dropNotNull(body, table) : {},
    body.default === undefined
      ? {}
      : body.default === null
        ? only({ kind: 'drop_default', table, column })
        : only({ kind: 'set_default', table, column, default: body.default }),
    // Values that a change of type or NOT NULL has brought into order already.
    constrained && body.type === undefined && body.nullable !== false
      ? changingUp(body.check?.name ?? body.unique?.name ?? body.references?.name ?? '', body.up, body.column)
      : {},
    columnConstraints(table, column, {
      check: inOldWords,
      unique: body.unique,
      references: body.references,
    }),
    body.comment === undefined ? {} : changedComment(context, table, column, body.comment),
  );
}

import { quoteIdent, quoteLiteral, quoteName, type RelationName } from '@/lib/core/sql-text';
import type { PgrollBody } from './pgroll-file';
import {
  asking,
  freeSql,
  knownTable,
  only,
  type PgrollContext,
  type PgrollPart,
  pgrollTable,
  refused,
  together,
} from './pgroll-part';
import { tableDefinition } from './table-definition';

const comment = (on: string, text: string | null): string =>
  `COMMENT ON ${on} IS ${text === null ? 'NULL' : quoteLiteral(text)}`;

/** A comment on something that is new: before, there was none. */
export function newComment(on: string, text: string | undefined, table: RelationName): PgrollPart {
  if (text === undefined || text === '') return {};
  return only(freeSql(comment(on, text), { down: comment(on, null), tables: [table], lossless: true }));
}

/** A column's comment put in the place of the one that it has. */
export function changedComment(
  context: PgrollContext,
  table: RelationName,
  column: string,
  text: string | null,
): PgrollPart {
  const on = `COLUMN ${quoteName(table)}.${quoteIdent(column)}`;
  const known = knownTable(context, table)?.columns.find(({ name }) => name === column);
  const change = (down: string) =>
    only(freeSql(comment(on, text), { down, tables: [table], lossless: true }));
  if (known !== undefined) return change(comment(on, known.comment));
  return asking(
    context,
    {
      id: `way-back:public.${table.name}.${column}.comment`,
      kind: 'way-back',
      text: `Which comment does ${table.name}.${column} have now? The way back writes it again. SQL: NULL, or a text in quotes.`,
      suggestion: 'NULL',
      required: false,
    },
    (before) => change(`COMMENT ON ${on} IS ${before}`),
  );
}

export function createTable(body: PgrollBody<'create_table'>): PgrollPart {
  const table = pgrollTable(body.name);
  const keyed = body.columns.some(({ pk }) => pk === true);
  if (keyed && body.constraints?.some(({ type }) => type === 'primary_key'))
    return refused(
      'two-primary-keys',
      `${body.name} has its primary key in its columns and in its constraints.`,
      'Keep one of them.',
    );
  return together(
    only({ kind: 'create_table', table, definition: tableDefinition(body) }),
    newComment(`TABLE ${quoteName(table)}`, body.comment, table),
    ...body.columns.map((column) =>
      newComment(`COLUMN ${quoteName(table)}.${quoteIdent(column.name)}`, column.comment, table),
    ),
  );
}

export const renameTable = ({ from, to }: PgrollBody<'rename_table'>): PgrollPart =>
  only({ kind: 'rename_table', table: pgrollTable(from), to });

export const dropTable = ({ name }: PgrollBody<'drop_table'>): PgrollPart =>
  only({ kind: 'drop_table', table: pgrollTable(name) });

/** Catalog only, under a short lock. What it was before stands in the catalog only where an index is the identity. */
export function setReplicaIdentity(
  { table: name, identity }: PgrollBody<'set_replica_identity'>,
  context: PgrollContext,
): PgrollPart {
  const table = pgrollTable(name);
  const alter = `ALTER TABLE ${quoteName(table)} REPLICA IDENTITY`;
  if (identity.type === 'index' && !identity.index)
    return refused(
      'replica-identity-index',
      `The replica identity of ${name} is to be an index, but none is named.`,
      'Give identity.index.',
    );
  const to =
    identity.type === 'index'
      ? `USING INDEX ${quoteIdent(identity.index ?? '')}`
      : identity.type.toUpperCase();
  const change = (before: string) =>
    only(freeSql(`${alter} ${to}`, { down: `${alter} ${before}`, tables: [table], lossless: true }));
  const index = knownTable(context, table)?.indexes.find(({ replicaIdentity }) => replicaIdentity);
  if (index !== undefined) return change(`USING INDEX ${quoteIdent(index.name)}`);
  return asking(
    context,
    {
      id: `way-back:public.${name}.replica-identity`,
      kind: 'way-back',
      text: `Which replica identity does ${name} have now? The way back sets it again: DEFAULT, FULL, NOTHING or USING INDEX "name".`,
      suggestion: 'DEFAULT',
      required: false,
    },
    change,
  );
}

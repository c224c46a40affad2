import { quoteIdent, quoteName } from '@/lib/core/sql-text';
import { parseExpression, replaceColumns } from '@/lib/sql/expression';
import type { ColumnInfo, IndexInfo } from '../catalog';
import { differs } from '../compare';
import { hashSeed } from '../names';
import type { Pair } from './pair';

interface KeyPart {
  readonly of: (row: string) => string;
  /** The index's own operator: names resolve in pg_catalog only, where = of another type may mean something else. */
  readonly equality: string;
  readonly columns: readonly string[];
}

function keyParts(index: IndexInfo, rename: (column: string) => string): KeyPart[] {
  return index.columns.map((column) => {
    const { name, expression } = column;
    const equality = column.equality ?? '=';
    const collation = column.collation === null ? '' : ` COLLATE ${column.collation}`;
    if (name !== null)
      return {
        of: (row) => `${row}.${quoteIdent(rename(name))}${collation}`,
        equality,
        columns: [name],
      };
    const parsed = parseExpression(expression ?? 'NULL');
    return {
      of: (row) =>
        `(${replaceColumns(parsed, (column) => `${row}.${quoteIdent(rename(column))}`)})${collation}`,
      equality,
      columns: parsed.columns.map((column) => column.name),
    };
  });
}

/** Columns whose change changes the key of an index, or lets the row enter it. */
export function keyColumnsOf(index: IndexInfo): string[] {
  const condition = index.predicate === null ? [] : parseExpression(index.predicate).columns;
  return [
    ...new Set([
      ...keyParts(index, (name) => name).flatMap((part) => part.columns),
      ...condition.map((column) => column.name),
    ]),
  ];
}

/**
 * plpgsql that lets one writer at a time through with a key that is new to the table.
 *
 * Why: while a unique index and its clone stand side by side, `INSERT … ON CONFLICT` arbitrates on one of them only;
 * two concurrent inserts of one new key then end in 23505 from the other. Writers of a new key therefore queue: each puts
 * the key's hash into an unlogged table and takes it out again, and whoever does the same waits for the first one's
 * transaction at that table's own unique index, as it would at the application's. Not advisory locks: a load of many rows
 * would need one for each, and the server's lock table has room for a few thousand. Writers of a key that is there do not
 * queue: a second lock beside the row's own would make deadlocks that the application did not have. A row that somebody is
 * deleting counts as neither: we wait for that transaction first, in a subtransaction, so that nothing is held when it ends.
 */
export function uniqueLockStatements(
  pair: Pair,
  oldName: string,
  columnsOf: (name: string) => ColumnInfo | undefined,
): string {
  const rename = (name: string) => (name === pair.mirroredAs ? oldName : name);
  return pair.mirrored
    .map((index) => {
      const parts = keyParts(index, rename);
      const changed = keyColumnsOf(index)
        .map((name) => {
          const column = columnsOf(name) ?? pair.old;
          return differs(column, `NEW.${quoteIdent(rename(name))}`, `OLD.${quoteIdent(rename(name))}`);
        })
        .join(' OR ');
      const present = index.nullsNotDistinct
        ? 'true'
        : parts.map((part) => `${part.of('NEW')} IS NOT NULL`).join(' AND ');
      const equals = parts.map((part) => `${part.of('t')} ${part.equality} ${part.of('NEW')}`);
      const predicate =
        index.predicate === null
          ? []
          : [
              `(${replaceColumns(parseExpression(index.predicate), (name) => `t.${quoteIdent(rename(name))}`)})`,
            ];
      const where = [...equals, ...predicate].join(' AND ');
      const hashable = index.columns.every(
        (column) => column.name === null || (columnsOf(column.name)?.hashable ?? false),
      );
      const hashed = parts
        .map((part) => (hashable ? part.of('NEW') : `(${part.of('NEW')})::text`))
        .join(', ');
      return `
  IF TG_OP = 'INSERT' THEN
    key_is_new := true;
  ELSE
    key_is_new := ${changed};
  END IF;
  IF key_is_new AND ${present} THEN
    SELECT t.xmax <> '0'::pg_catalog.xid INTO row_is_touched FROM ${quoteName(pair.table)} t WHERE ${where} LIMIT 1;
    key_is_new := NOT FOUND;
    IF row_is_touched THEN
      BEGIN
        PERFORM 1 FROM ${quoteName(pair.table)} t WHERE ${where} LIMIT 1 FOR KEY SHARE;
        key_is_new := NOT FOUND;
        RAISE EXCEPTION USING ERRCODE = 'SG000';
      EXCEPTION WHEN SQLSTATE 'SG000' THEN
        row_is_touched := false;
      END;
    END IF;
    IF key_is_new THEN
      INSERT INTO segue.new_keys (key) VALUES (pg_catalog.hash_record_extended(ROW(${hashed}), ${hashSeed(`${pair.tag}.${pair.table.schema}.${pair.table.name}.${index.name}`)})) RETURNING ctid INTO key_place;
      DELETE FROM segue.new_keys WHERE ctid = key_place;
    END IF;
  END IF;`;
    })
    .join('');
}

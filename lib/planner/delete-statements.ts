import { keyOperator } from '@/lib/core/key-operator';
import { KEPT_STAGES, type KeptRows, type RowsDelete } from '@/lib/core/rows-delete';
import { quoteIdent, quoteName } from '@/lib/core/sql-text';

const { found, taken, gone } = KEPT_STAGES;

/** The key of a kept row, in the order of the table's key. */
export const keptKey = ({ key, columns }: KeptRows, prefix = ''): string[] =>
  key.map(({ name }) => `${prefix}c${columns.indexOf(name)}`);

/** `row` is the row that `b` keeps. */
const sameRow = (rows: KeptRows, row: string): string =>
  rows.key
    .map(
      (column, at) =>
        `${row}.${quoteIdent(column.name)} ${keyOperator(column, '=')} ${keptKey(rows, 'b.')[at]}`,
    )
    .join(' AND ');

/** Keeps rows, in the order of the key and locked as a DELETE locks them; one that was kept before is kept as it is now. */
function keep(rows: KeptRows, row: string, relation: string, where: string): string {
  const cells = rows.columns.map((_, at) => `c${at}`);
  const order = rows.key.map(({ name }) => `${row}.${quoteIdent(name)}`).join(', ');
  const values = rows.columns.map((name) => `${row}.${quoteIdent(name)}`);
  const renew = [...cells, 'segue_stage'].map((cell) => `${cell} = EXCLUDED.${cell}`);
  return `INSERT INTO ${quoteName(rows.kept)} (${[...cells, 'segue_stage'].join(', ')})
SELECT ${[...values, taken].join(', ')} FROM ${relation} AS ${row} WHERE ${where} ORDER BY ${order} FOR UPDATE OF ${row}
ON CONFLICT (${keptKey(rows).join(', ')}) DO UPDATE SET ${renew.join(', ')}`;
}

/** Those that were found before, as long as they are as they were found. */
function takeFound(own: KeptRows, unchanged: readonly string[], relation: string, where: string): string {
  const kept = quoteName(own.kept);
  const order = own.key.map(({ name }) => `t.${quoteIdent(name)}`).join(', ');
  const cells = keptKey(own, 'b.').map((cell, n) => `${cell} AS k${n}`);
  const same = keptKey(own, 'x.').map((cell, n) => `${cell} ${keyOperator(own.key[n] ?? {}, '=')} f.k${n}`);
  return `WITH f AS MATERIALIZED (SELECT ${cells.join(', ')} FROM ${relation} AS t JOIN ${kept} AS b ON ${sameRow(own, 't')}
WHERE ${where} AND b.segue_stage = ${found} AND ${unchanged.join(' AND ')} ORDER BY ${order} FOR UPDATE OF t)
UPDATE ${kept} AS x SET segue_stage = ${taken} FROM f WHERE ${same.join(' AND ')}`;
}

/** The statements of one batch, one transaction. */
interface DeleteStatements {
  /** Locks and keeps rows of the table itself: the only one in which the stretch stands. */
  readonly take: string;
  /** The same for those that go with them by ON DELETE CASCADE. While a row is locked no other can come to reference it. */
  readonly along: readonly string[];
  /** Its count is that of the batch. */
  readonly remove: string;
  readonly settle: readonly string[];
}

/** What deletes the rows of one stretch and keeps them. `within` is the stretch as a condition on the row of that name. Pure. */
export function deleteStatements(
  rows: RowsDelete,
  relation: string,
  within: (row: string) => string,
): DeleteStatements {
  const [own, ...along] = rows.tables;
  const alias = quoteIdent(rows.alias);
  const where = rows.where === null ? within(alias) : `${within(alias)} AND (${rows.where}\n)`;
  return {
    take: rows.computed
      ? takeFound(own, rows.unchanged, relation, within('t'))
      : keep(own, alias, relation, where),
    along: along.flatMap((each) =>
      each.goesWith === null ? [] : [keep(each, 'c', quoteName(each.table), each.goesWith)],
    ),
    remove: `DELETE FROM ${relation} AS t USING ${quoteName(own.kept)} AS b WHERE b.segue_stage = ${taken} AND ${sameRow(own, 't')}`,
    settle: rows.tables.map(
      ({ kept }) => `UPDATE ${quoteName(kept)} SET segue_stage = ${gone} WHERE segue_stage = ${taken}`,
    ),
  };
}

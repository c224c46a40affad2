import type postgres from 'postgres';
import type { BackfillWork } from '@/lib/core/plan';
import { KEPT_STAGES, type KeptRows, type RowsDelete } from '@/lib/core/rows-delete';
import { quoteIdent, quoteName } from '@/lib/core/sql-text';
import { keyRange } from './key-range';
import type { Stretch } from './rows-batch';

const { found, taken, gone } = KEPT_STAGES;

/** The key of a kept row, in the order of the table's key. */
export const keptKey = ({ key, columns }: KeptRows, prefix = ''): string[] =>
  key.map(({ name }) => `${prefix}c${columns.indexOf(name)}`);

/** `row` is the row that `b` keeps. */
const sameRow = (rows: KeptRows, row: string): string =>
  rows.key.map(({ name }, at) => `${row}.${quoteIdent(name)} = ${keptKey(rows, 'b.')[at]}`).join(' AND ');

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

/**
 * The rows of one batch, within the batch's transaction: locked and kept, then those that go with them by ON DELETE CASCADE, then
 * deleted. While a row is locked no other can come to reference it. Returns how many rows of the table itself went.
 */
export async function deleteRows(
  tx: postgres.TransactionSql,
  work: BackfillWork,
  rows: RowsDelete,
  { relation, after, upTo }: Stretch,
): Promise<number> {
  const [own, ...along] = rows.tables;
  const kept = quoteName(own.kept);
  if (rows.computed) {
    const at = keyRange(work.key, after, upTo, 't');
    const order = work.key.map(({ name }) => `t.${quoteIdent(name)}`).join(', ');
    const cells = keptKey(own, 'b.').map((cell, n) => `${cell} AS k${n}`);
    const same = keptKey(own, 'x.').map((cell, n) => `${cell} = f.k${n}`);
    await tx.unsafe(
      `WITH f AS MATERIALIZED (SELECT ${cells.join(', ')} FROM ${relation} AS t JOIN ${kept} AS b ON ${sameRow(own, 't')}
WHERE ${at.condition} AND b.segue_stage = ${found} AND ${rows.unchanged.join(' AND ')} ORDER BY ${order} FOR UPDATE OF t)
UPDATE ${kept} AS x SET segue_stage = ${taken} FROM f WHERE ${same.join(' AND ')}`,
      at.values,
    );
  } else {
    const alias = quoteIdent(rows.alias);
    const at = keyRange(work.key, after, upTo, alias);
    const where = rows.where === null ? at.condition : `${at.condition} AND (${rows.where}\n)`;
    await tx.unsafe(keep(own, alias, relation, where), at.values);
  }
  for (const each of along)
    if (each.goesWith !== null) await tx.unsafe(keep(each, 'c', quoteName(each.table), each.goesWith));
  const { count } = await tx.unsafe(
    `DELETE FROM ${relation} AS t USING ${kept} AS b WHERE b.segue_stage = ${taken} AND ${sameRow(own, 't')}`,
  );
  for (const each of rows.tables)
    await tx.unsafe(`UPDATE ${quoteName(each.kept)} SET segue_stage = ${gone} WHERE segue_stage = ${taken}`);
  return count;
}

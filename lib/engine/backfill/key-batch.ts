import type postgres from 'postgres';
import { quoteIdent } from '@/lib/core/sql-text';
import type { BackfillRange, BatchResult } from './backfill-range';
import { type BatchForm, type BatchScope, batchPreamble } from './batch-scope';
import { deleteRows } from './delete-batch';
import { type KeyRange, keyRange } from './key-range';
import { updateRows } from './rows-batch';
import { settleFailures } from './settle-failures';

/**
 * Thrown by a batch whose cursor does not stand where it begins: the server has crashed and come back within the time that a
 * connection takes, and with it the last batches are gone. Nothing of the batch stays; the cursors are to be read again.
 */
export class CursorElsewhere extends Error {}

/** One transaction: the next rows of a range of keys in the order of the key, its cursor and its counts. */
export function runKeyBatch(
  scope: BatchScope,
  range: BackfillRange,
  rows: number,
  form: BatchForm,
): Promise<BatchResult> {
  const { lease, step, work, sql } = scope;
  return sql.begin(async (tx) => {
    await tx.unsafe(
      batchPreamble(lease, { spareSync: work.rows === undefined && work.deletes === undefined }),
    );
    const bound = await batchEnd(tx, scope, range, rows);
    const at = keyRange(work.key, range.lastKey, bound?.key ?? range.endKey);
    if (form.safe) await settleFailures(tx, scope, range.relation, at);
    const changed = bound === null ? 0 : await workOn(tx, scope, range, bound.key, at, form);
    const done = bound === null;
    const seen = bound?.rows ?? 0;
    const lastKey = bound?.key ?? range.lastKey;
    const { count } = await tx`
      UPDATE segue.backfill_ranges SET last_key = ${lastKey === null ? null : [...lastKey]}, units_done = units_done + ${seen}, units_total = greatest(units_total, units_done + ${seen}),
        rows_seen = rows_seen + ${seen}, rows_changed = rows_changed + ${changed}, done = ${done}, updated_at = clock_timestamp()
      WHERE rollout_id = ${lease.rolloutId} AND step_id = ${step.id} AND number = ${range.number}
        AND last_key IS NOT DISTINCT FROM ${range.lastKey === null ? null : [...range.lastKey]}::text[]`;
    if (count === 0) throw new CursorElsewhere();
    return { range: { ...range, lastKey, done }, seen, changed, units: seen, weight: seen };
  }) as Promise<BatchResult>;
}

/** Does what there is to do with the rows of one batch, up to a key; returns how many it changed. */
function workOn(
  tx: postgres.TransactionSql,
  scope: BatchScope,
  { relation, lastKey }: BackfillRange,
  upTo: readonly string[],
  at: KeyRange,
  form: BatchForm,
): Promise<number> {
  const { work } = scope;
  const stretch = { relation, after: lastKey, upTo };
  if (work.deletes !== undefined) return deleteRows(tx, work, work.deletes, stretch);
  if (work.rows !== undefined) return updateRows(tx, work, work.rows, stretch);
  return changeRows(tx, scope, relation, at, form);
}

/** Locks the rows that need work in the order of the key, then gives them their value. */
async function changeRows(
  tx: postgres.TransactionSql,
  { work }: BatchScope,
  relation: string,
  at: KeyRange,
  form: BatchForm,
): Promise<number> {
  const where = `${at.condition} AND (${form.safe ? work.safeWhere : work.where})`;
  const order = work.key.map((column) => `t.${quoteIdent(column.name)}`).join(', ');
  const [, updated] = await Promise.all([
    tx.unsafe(
      `SELECT count(*) FROM (SELECT FROM ${relation} AS t WHERE ${where} ORDER BY ${order} FOR NO KEY UPDATE) locked`,
      at.values,
    ),
    tx.unsafe(
      `UPDATE ${relation} AS t SET ${quoteIdent(work.column)} = ${form.safe ? work.safeExpression : work.expression}${work.also ?? ''} WHERE ${where}`,
      at.values,
    ),
  ]);
  return updated.count;
}

/** The key of the batch's last row and how many it has; null where the range has no more. */
async function batchEnd(
  tx: postgres.TransactionSql,
  { work }: BatchScope,
  range: BackfillRange,
  rows: number,
): Promise<{ key: readonly string[]; rows: number } | null> {
  const at = keyRange(work.key, range.lastKey, range.endKey);
  const order = work.key.map((column) => `t.${quoteIdent(column.name)}`).join(', ');
  const backwards = work.key.map((_, index) => `k${index} DESC`).join(', ');
  const columns = work.key.map((column, index) => `t.${quoteIdent(column.name)} AS k${index}`).join(', ');
  const texts = work.key.map((_, index) => `k${index}::text`).join(', ');
  const [row] = await tx.unsafe<{ key: string[]; rows: number }[]>(
    `WITH batch AS MATERIALIZED (SELECT ${columns} FROM ${range.relation} AS t WHERE ${at.condition} ORDER BY ${order} LIMIT ${rows})
     SELECT ARRAY[${texts}] AS key, (SELECT count(*)::integer FROM batch) AS rows FROM batch ORDER BY ${backwards} LIMIT 1`,
    at.values,
  );
  return row ?? null;
}

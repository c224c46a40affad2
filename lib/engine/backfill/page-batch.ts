import type postgres from 'postgres';
import { quoteIdent, quoteLiteral } from '@/lib/core/sql-text';
import type { BackfillRange, BatchResult } from './backfill-range';
import { type BatchForm, type BatchScope, batchPreamble } from './batch-scope';
import { advanceTo, pageCondition, pagesFor, passCondition, segmentEnd } from './page-cursor';
import { settleFailures } from './settle-failures';

/** Thrown when the table was written anew (VACUUM FULL, CLUSTER, TRUNCATE): its pages are no longer those that were planned. */
export class TableRewritten extends Error {
  constructor(relation: string) {
    super(`${relation} was written anew while it was walked`);
    this.name = 'TableRewritten';
  }
}

/**
 * One transaction: the next rows of a range of pages, its cursor and its counts. Every row that was there when the end
 * was fixed is met, or has moved; and whatever moves a row after that goes through the sync.
 */
export function runPageBatch(
  scope: BatchScope,
  range: BackfillRange,
  rows: number,
  rowsPerPage: number,
  form: BatchForm,
): Promise<BatchResult> {
  const { lease, step, work, sql } = scope;
  return sql.begin(async (tx) => {
    const pages = pagesFor(rows, rowsPerPage, range.passes);
    const preamble = tx.unsafe(batchPreamble(lease));
    const [to] =
      pages > 0
        ? [{ page: Math.min(segmentEnd(range, range.cursor), range.cursor.nextPage + pages), item: 0 }]
        : await Promise.all([placeOf(tx, scope, range, rows), preamble]);
    const from = { page: range.cursor.nextPage, item: range.cursor.nextItem };
    const place = pageCondition(from, to);
    const condition = `${place} AND ${passCondition(range.cursor.pass, range.passes)}`;
    if (form.safe) await settleFailures(tx, scope, `ONLY ${range.relation}`, { condition, values: [] });
    const where = `${condition} AND (${form.safe ? work.safeWhere : work.where})`;
    const value = form.safe ? work.safeExpression : work.expression;
    // Rows are counted in the first pass alone, and only as they were at the start: not again where a batch has put them.
    const counted =
      range.round === 0 && range.cursor.pass === 0
        ? tx.unsafe<{ rows: number }[]>(
            `SELECT count(*)::integer AS rows FROM ONLY ${range.relation} AS t WHERE ${place} AND pg_catalog.age(t.xmin) >= pg_catalog.age((SELECT start_xid FROM segue.backfills WHERE rollout_id = ${quoteLiteral(lease.rolloutId)} AND step_id = ${quoteLiteral(step.id)}))`,
          )
        : null;
    const locked = locksFirst(scope, form) ? tx.unsafe(lockInOrder(scope, range.relation, where)) : null;
    // Sent at once, answered in order: the first to fail is the one that is thrown.
    const [, seen, , updated] = await Promise.all([
      preamble,
      counted,
      locked,
      tx.unsafe(
        `UPDATE ONLY ${range.relation} AS t SET ${quoteIdent(work.column)} = ${value}${work.also ?? ''} WHERE ${where}`,
      ),
    ]);
    const next = advanceTo(range, range.cursor, to.page, to.item);
    const found = seen?.[0]?.rows ?? 0;
    const moved = await tx`
      UPDATE segue.backfill_ranges SET pass = ${next.cursor.pass}, next_page = ${next.cursor.nextPage}, next_item = ${next.cursor.nextItem},
        units_done = units_done + ${next.units}, rows_seen = rows_seen + ${found}, rows_changed = rows_changed + ${updated.count},
        done = ${next.done}, updated_at = clock_timestamp()
      WHERE rollout_id = ${lease.rolloutId} AND step_id = ${step.id} AND number = ${range.number}
        AND filenode = pg_relation_filenode(relation::regclass)`;
    // Asked after the UPDATE, whose lock keeps a rewrite out until this commits.
    if (moved.count !== 1) throw new TableRewritten(range.relation);
    return {
      range: { ...range, cursor: next.cursor, done: next.done },
      seen: found,
      changed: updated.count,
      units: next.units,
      weight: (next.units * rowsPerPage) / range.passes,
    };
  }) as Promise<BatchResult>;
}

const locksFirst = (scope: BatchScope, form: BatchForm): boolean =>
  scope.work.key.length > 0 && (form.ordered || !scope.liesInKeyOrder);

/** Takes the row locks in key order, as applications do that change several rows; the count keeps the rows themselves on the server. */
function lockInOrder({ work }: BatchScope, relation: string, where: string): string {
  const order = work.key.map((column) => `t.${quoteIdent(column.name)}`).join(', ');
  return `SELECT count(*) FROM (SELECT FROM ONLY ${relation} AS t WHERE ${where} ORDER BY ${order} FOR NO KEY UPDATE) locked`;
}

/** Where a batch of less than a page ends: after so many rows that need work. */
async function placeOf(
  tx: postgres.TransactionSql,
  { work }: BatchScope,
  range: BackfillRange,
  rows: number,
): Promise<{ page: number; item: number }> {
  const { cursor } = range;
  const end = { page: segmentEnd(range, cursor), item: 0 };
  const place = pageCondition({ page: cursor.nextPage, item: cursor.nextItem }, end);
  const [last] = await tx.unsafe<{ rows: number; page: number; item: number }[]>(
    `SELECT count(*)::integer AS rows, ((max(c)::text::point)[0])::float8 AS page, ((max(c)::text::point)[1])::integer AS item
     FROM (SELECT t.ctid AS c FROM ONLY ${range.relation} AS t WHERE ${place} AND ${passCondition(cursor.pass, range.passes)} AND (${work.safeWhere}) LIMIT ${rows}) batch`,
  );
  return last === undefined || last.rows < rows ? end : { page: last.page, item: last.item + 1 };
}

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

/** The place up to which a batch goes: a page, and a line pointer within it. */
interface Place {
  readonly page: number;
  readonly item: number;
}

/**
 * One transaction: the next rows of a range of pages, its cursor and its counts. Every row that was there when the end
 * was fixed is met, or has moved; and whatever moves a row after that goes through the sync.
 */
export async function runPageBatch(
  scope: BatchScope,
  range: BackfillRange,
  rows: number,
  rowsPerPage: number,
  form: BatchForm,
): Promise<BatchResult> {
  const pages = pagesFor(rows, rowsPerPage, range.passes);
  const end = segmentEnd(range, range.cursor);
  const whole: Place | null =
    pages > 0 ? { page: Math.min(end, range.cursor.nextPage + pages), item: 0 } : null;
  const result =
    whole !== null && !form.safe
      ? await inOneMessage(scope, range, whole, form)
      : await inSteps(scope, range, whole, rows, form);
  return { ...result, weight: (result.units * rowsPerPage) / range.passes };
}

/** Nothing has to be decided on the way, so all but the commit is one message: on a busy machine each wait for an answer costs as much as thousands of rows. */
async function inOneMessage(
  scope: BatchScope,
  range: BackfillRange,
  to: Place,
  form: BatchForm,
): Promise<Omit<BatchResult, 'weight'>> {
  const text = ['BEGIN', batchPreamble(scope.lease), ...batchStatements(scope, range, to, form)].join('; ');
  try {
    const answers = await scope.sql.unsafe<{ changed: number; seen: number }[][]>(text);
    const result = resultOf(range, to, answers.at(-1)?.[0]);
    await scope.sql.unsafe('COMMIT');
    return result;
  } catch (error) {
    // Why the batch failed is what matters; a connection that is gone has rolled back by itself.
    await scope.sql.unsafe('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

function inSteps(
  scope: BatchScope,
  range: BackfillRange,
  whole: Place | null,
  rows: number,
  form: BatchForm,
): Promise<Omit<BatchResult, 'weight'>> {
  return scope.sql.begin(async (tx) => {
    await tx.unsafe(batchPreamble(scope.lease));
    const to = whole ?? (await placeOf(tx, scope, range, rows));
    const { condition } = conditionsOf(range, to);
    if (form.safe) await settleFailures(tx, scope, `ONLY ${range.relation}`, { condition, values: [] });
    const answers = await tx.unsafe<{ changed: number; seen: number }[][]>(
      batchStatements(scope, range, to, form).join('; '),
    );
    // One statement answers with its rows, several with one answer each.
    return resultOf(range, to, answers.flat().at(-1));
  }) as Promise<Omit<BatchResult, 'weight'>>;
}

function conditionsOf(
  range: BackfillRange,
  to: Place,
): { readonly place: string; readonly condition: string } {
  const { cursor } = range;
  const place = pageCondition({ page: cursor.nextPage, item: cursor.nextItem }, to);
  return { place, condition: `${place} AND ${passCondition(cursor.pass, range.passes)}` };
}

/** The rows, and in the same statement the cursor and the counts: the last answer is what was changed and seen, or nothing. */
function batchStatements(scope: BatchScope, range: BackfillRange, to: Place, form: BatchForm): string[] {
  const { lease, step, work } = scope;
  const { place, condition } = conditionsOf(range, to);
  const where = `${condition} AND (${form.safe ? work.safeWhere : work.where})`;
  const value = form.safe ? work.safeExpression : work.expression;
  const mine = `rollout_id = ${quoteLiteral(lease.rolloutId)} AND step_id = ${quoteLiteral(step.id)}`;
  // Rows are counted in the first pass alone, and only as they were at the start: not again where a batch has put them.
  const seen =
    range.round === 0 && range.cursor.pass === 0
      ? `SELECT count(*) FROM ONLY ${range.relation} AS t WHERE ${place} AND pg_catalog.age(t.xmin) >= pg_catalog.age((SELECT start_xid FROM segue.backfills WHERE ${mine}))`
      : 'SELECT 0';
  const next = advanceTo(range, range.cursor, to.page, to.item);
  return [
    ...(locksFirst(scope, form) ? [lockInOrder(scope, range.relation, where)] : []),
    // The file is asked for under the lock of the UPDATE, which keeps a rewrite out until this commits.
    `WITH done AS (UPDATE ONLY ${range.relation} AS t SET ${quoteIdent(work.column)} = ${value}${work.also ?? ''} WHERE ${where} RETURNING 1),
      counts AS (SELECT (SELECT count(*) FROM done)::integer AS changed, (${seen})::integer AS seen)
      UPDATE segue.backfill_ranges SET pass = ${next.cursor.pass}, next_page = ${next.cursor.nextPage}, next_item = ${next.cursor.nextItem},
        units_done = units_done + ${next.units}, rows_seen = rows_seen + counts.seen, rows_changed = rows_changed + counts.changed,
        done = ${next.done}, updated_at = clock_timestamp()
      FROM counts WHERE ${mine} AND number = ${range.number} AND filenode = pg_relation_filenode(relation::regclass)
      RETURNING counts.changed, counts.seen`,
  ];
}

function resultOf(
  range: BackfillRange,
  to: Place,
  counts: { readonly changed: number; readonly seen: number } | undefined,
): Omit<BatchResult, 'weight'> {
  if (counts === undefined) throw new TableRewritten(range.relation);
  const next = advanceTo(range, range.cursor, to.page, to.item);
  return {
    range: { ...range, cursor: next.cursor, done: next.done },
    seen: counts.seen,
    changed: counts.changed,
    units: next.units,
  };
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

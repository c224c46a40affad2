import type postgres from 'postgres';
import { SegueError } from '@/lib/core/errors';
import { quoteIdent, quoteLiteral, quoteName } from '@/lib/core/sql-text';
import type { BackfillRange, BatchResult } from './backfill-range';
import { type BatchForm, type BatchScope, batchPreamble } from './batch-scope';
import { advanceTo, pageCondition, pagesFor, passCondition, passShare, segmentEnd } from './page-cursor';
import { settleFailures } from './settle-failures';

/** Raised in a batch whose table was written anew (VACUUM FULL, CLUSTER, TRUNCATE), or left the one it was a partition of: its pages are no longer those that were planned. */
export const TABLE_REWRITTEN = 'SG002';

/** Rows by page are copied or filled, never changed in what the application wrote. */
const COPIES = { spareSync: true };

/** The place up to which a batch goes: a page, and a line pointer within it. */
interface Place {
  readonly page: number;
  readonly item: number;
}

/** What the server answers to a batch that is committed. */
interface Counts {
  readonly seen: number;
  readonly changed: number;
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
  const share = passShare(range.cursor.pass, range.passes);
  const pages = pagesFor(rows, rowsPerPage, share);
  const end = segmentEnd(range, range.cursor);
  const whole = pages > 0 ? { page: Math.min(end, range.cursor.nextPage + pages), item: 0 } : null;
  const { to, counts } =
    whole !== null && !form.safe
      ? { to: whole, counts: await inOneMessage(scope, range, whole, form) }
      : await inSteps(scope, range, whole, rows, form);
  const next = advanceTo(range, range.cursor, to.page, to.item);
  return {
    range: { ...range, cursor: next.cursor, done: next.done },
    seen: counts.seen,
    changed: counts.changed,
    units: next.units,
    weight: next.units * rowsPerPage * share,
  };
}

/**
 * Nothing has to be decided on the way, so the whole transaction is one message. PostgreSQL runs the statements of one message
 * as one transaction and answers the last only when that is committed (manual, "Multiple Statements in a Simple Query"): it
 * cannot be torn apart between two sessions, and an error anywhere in it undoes it all and leaves the session idle.
 */
async function inOneMessage(
  scope: BatchScope,
  range: BackfillRange,
  to: Place,
  form: BatchForm,
): Promise<Counts> {
  return countsOf(
    await scope.sql.unsafe(
      `${batchPreamble(scope.lease, COPIES)}; ${batchStatements(scope, range, to, form)}`,
    ),
  );
}

function inSteps(
  scope: BatchScope,
  range: BackfillRange,
  whole: Place | null,
  rows: number,
  form: BatchForm,
): Promise<{ to: Place; counts: Counts }> {
  return scope.sql.begin(async (tx) => {
    await tx.unsafe(batchPreamble(scope.lease, COPIES));
    const to = whole ?? (await placeOf(tx, scope, range, rows));
    const { condition } = conditionsOf(range, to);
    if (form.safe) await settleFailures(tx, scope, `ONLY ${range.relation}`, { condition, values: [] });
    return { to, counts: countsOf(await tx.unsafe(batchStatements(scope, range, to, form))) };
  }) as Promise<{ to: Place; counts: Counts }>;
}

function conditionsOf(
  range: BackfillRange,
  to: Place,
): { readonly place: string; readonly condition: string } {
  const { cursor } = range;
  const place = pageCondition({ page: cursor.nextPage, item: cursor.nextItem }, to);
  return { place, condition: `${place} AND ${passCondition(cursor.pass, range.passes)}` };
}

const COUNTS = 'segue.batch_counts';

/** The rows, the cursor and the counts of one batch, all within the transaction that runs them; the last answers with the counts. */
function batchStatements(scope: BatchScope, range: BackfillRange, to: Place, form: BatchForm): string {
  const { lease, step, work } = scope;
  const { place, condition } = conditionsOf(range, to);
  const { cursor } = range;
  const where = `${condition} AND (${form.safe ? work.safeWhere : work.where})`;
  const value = form.safe ? work.safeExpression : work.expression;
  const mine = `rollout_id = ${quoteLiteral(lease.rolloutId)} AND step_id = ${quoteLiteral(step.id)}`;
  const next = advanceTo(range, cursor, to.page, to.item);
  // Rows are counted in the first pass alone, and only as they were at the start: not again where a batch has put them.
  const count =
    range.round === 0 && cursor.pass === 0
      ? `SELECT count(*) INTO seen FROM ONLY ${range.relation} AS t WHERE ${place}
    AND pg_catalog.age(t.xmin) >= (SELECT pg_catalog.age(start_xid) FROM segue.backfills WHERE ${mine});`
      : '';
  const root = `${quoteLiteral(quoteName(work.table))}::pg_catalog.regclass`;
  // The file is asked for after the UPDATE, whose lock keeps a rewrite and a DETACH out until this commits. The cursor must stand where this
  // batch begins: nothing is counted twice, whatever became of an earlier try.
  const body = `#variable_conflict use_column
DECLARE
  seen bigint := 0;
  changed bigint;
BEGIN
  ${count}
  UPDATE ONLY ${range.relation} AS t SET ${quoteIdent(work.column)} = ${value}${work.also ?? ''} WHERE ${where};
  GET DIAGNOSTICS changed = ROW_COUNT;
  UPDATE segue.backfill_ranges SET pass = ${next.cursor.pass}, next_page = ${next.cursor.nextPage}, next_item = ${next.cursor.nextItem},
    units_done = units_done + ${next.units}, rows_seen = rows_seen + seen, rows_changed = rows_changed + changed,
    done = ${next.done}, updated_at = pg_catalog.clock_timestamp()
  WHERE ${mine} AND number = ${range.number} AND pass = ${cursor.pass} AND next_page = ${cursor.nextPage} AND next_item = ${cursor.nextItem}
    AND filenode = pg_catalog.pg_relation_filenode(relation::pg_catalog.regclass)
    AND (relation::pg_catalog.regclass = ${root} OR EXISTS (
      WITH RECURSIVE above AS (
        SELECT inhparent FROM pg_catalog.pg_inherits WHERE inhrelid = relation::pg_catalog.regclass
        UNION SELECT i.inhparent FROM above a JOIN pg_catalog.pg_inherits i ON i.inhrelid = a.inhparent
      ) SELECT FROM above WHERE inhparent = ${root}));
  IF NOT FOUND THEN
    RAISE EXCEPTION '% was written anew, or detached, while it was walked', ${quoteLiteral(range.relation)} USING ERRCODE = '${TABLE_REWRITTEN}';
  END IF;
  PERFORM pg_catalog.set_config('${COUNTS}', pg_catalog.concat(seen, ' ', changed), true);
END`;
  return [
    ...(locksFirst(scope, form) ? [lockInOrder(scope, range.relation, where)] : []),
    `DO ${quoteLiteral(body)}`,
    `SELECT pg_catalog.current_setting('${COUNTS}') AS counts`,
  ].join('; ');
}

/** The last answer of a message: one statement answers with its rows, several with one answer each. */
function countsOf(answers: readonly unknown[]): Counts {
  const last = answers.flat().at(-1);
  const text = typeof last === 'object' && last !== null && 'counts' in last ? String(last.counts) : '';
  const [seen, changed] = text.split(' ').map(Number);
  if (seen === undefined || changed === undefined)
    throw new SegueError('internal', 'A batch was committed without its counts.', {
      next: 'Retry; report it if it happens again.',
    });
  return { seen, changed };
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
): Promise<Place> {
  const { cursor } = range;
  const end = { page: segmentEnd(range, cursor), item: 0 };
  const { condition } = conditionsOf(range, end);
  const [last] = await tx.unsafe<{ rows: number; page: number; item: number }[]>(
    `SELECT count(*)::integer AS rows, ((max(c)::text::point)[0])::float8 AS page, ((max(c)::text::point)[1])::integer AS item
     FROM (SELECT t.ctid AS c FROM ONLY ${range.relation} AS t WHERE ${condition} AND (${work.safeWhere}) LIMIT ${rows}) batch`,
  );
  return last === undefined || last.rows < rows ? end : { page: last.page, item: last.item + 1 };
}

import type postgres from 'postgres';
import { SegueError } from '@/lib/core/errors';
import { quoteLiteral, quoteName } from '@/lib/core/sql-text';
import type { BackfillRange, BatchResult } from './backfill-range';
import type { BatchForm, BatchScope } from './batch-scope';
import { advanceTo, BOUNDS, pagesFor, passShare, segmentEnd } from './page-cursor';
import { batchCondition, pageStatements } from './page-statements';
import { settleFailures } from './settle-failures';

/** Raised in a batch whose table was written anew (VACUUM FULL, CLUSTER, TRUNCATE), or left the one it was a partition of: its pages are no longer those that were planned. */
export const TABLE_REWRITTEN = 'SG002';

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
 * cannot be torn apart between two sessions, and an error anywhere in it undoes it all and leaves the session idle. The
 * statements are prepared: of a short batch, parsing and planning them was the larger part.
 */
function inOneMessage(scope: BatchScope, range: BackfillRange, to: Place, form: BatchForm): Promise<Counts> {
  const { begin, lock, change, advance } = pageStatements(scope, range, form);
  const parameters = new Map<string, readonly Value[]>([
    [begin, placeOf(range, to)],
    [advance, advanceValues(scope, range, to)],
  ]);
  const texts = [begin, ...(lock === null ? [] : [lock]), change, advance];
  return scope.prepared.run(texts, async (names) =>
    countsOf(
      await scope.sql.unsafe(
        texts.map((text, at) => `EXECUTE ${names[at]}${inBrackets(parameters.get(text))}`).join('; '),
      ),
    ),
  );
}

/** As they are: of a text the driver makes a boolean that is false. */
type Value = string | number | boolean;

const inBrackets = (values: readonly Value[] | undefined): string =>
  values === undefined ? '' : `(${values.map((value) => quoteLiteral(String(value))).join(', ')})`;

function inSteps(
  scope: BatchScope,
  range: BackfillRange,
  whole: Place | null,
  rows: number,
  form: BatchForm,
): Promise<{ to: Place; counts: Counts }> {
  const { begin, lock, change, advance } = pageStatements(scope, range, form);
  return scope.sql.begin(async (tx) => {
    const end = whole ?? { page: segmentEnd(range, range.cursor), item: 0 };
    await tx.unsafe(begin, placeOf(range, end));
    const to = whole ?? (await lastOf(tx, scope, range, rows)) ?? end;
    if (to !== end) await tx`SELECT set_config(${BOUNDS.to}, ${tid(to)}, true)`;
    const condition = batchCondition(range);
    if (form.safe) await settleFailures(tx, scope, `ONLY ${range.relation}`, { condition, values: [] });
    if (lock !== null) await tx.unsafe(lock);
    await tx.unsafe(change);
    return { to, counts: countsOf(await tx.unsafe(advance, advanceValues(scope, range, to))) };
  }) as Promise<{ to: Place; counts: Counts }>;
}

const tid = ({ page, item }: Place): string => `(${page},${item})`;

/** From the cursor up to a place, as the parameters of the statement that begins. */
const placeOf = ({ cursor }: BackfillRange, to: Place): string[] => [
  tid({ page: cursor.nextPage, item: cursor.nextItem }),
  tid(to),
];

/** The parameters of segue.advance_range. */
function advanceValues({ lease, step, work }: BatchScope, range: BackfillRange, to: Place): Value[] {
  const { cursor } = range;
  const next = advanceTo(range, cursor, to.page, to.item);
  return [
    lease.rolloutId,
    step.id,
    range.number,
    quoteName(work.table),
    cursor.pass,
    cursor.nextPage,
    cursor.nextItem,
    next.cursor.pass,
    next.cursor.nextPage,
    next.cursor.nextItem,
    next.units,
    next.done,
  ];
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

/** Where a batch of less than a page ends, within the bounds that are set: after so many rows that need work; null: with the bounds. */
async function lastOf(
  tx: postgres.TransactionSql,
  { work }: BatchScope,
  range: BackfillRange,
  rows: number,
): Promise<Place | null> {
  const [last] = await tx.unsafe<{ rows: number; page: number; item: number }[]>(
    `SELECT count(*)::integer AS rows, ((max(c)::text::point)[0])::float8 AS page, ((max(c)::text::point)[1])::integer AS item
     FROM (SELECT t.ctid AS c FROM ONLY ${range.relation} AS t WHERE ${batchCondition(range)} AND (${work.safeWhere}) LIMIT ${rows}) batch`,
  );
  return last === undefined || last.rows < rows ? null : { page: last.page, item: last.item + 1 };
}

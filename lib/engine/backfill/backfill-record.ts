import type postgres from 'postgres';
import type { BackfillWork, Phase, Step } from '@/lib/core/plan';
import { quoteIdent, quoteName } from '@/lib/core/sql-text';
import type { MoveContext } from '../move-context';
import { fenced } from '../move-state';
import { keyText } from './key-range';
import { planRanges } from './plan-ranges';
import { type TableLeaf, tableLeaves } from './table-leaves';

/** Rounds of repair after which the checks decide whether what is left is to be mended by a person. */
const MAX_ROUNDS = 5;

interface Keys {
  readonly lastKey: readonly string[] | null;
  readonly endKey: readonly string[] | null;
}

/**
 * Makes sure that the backfill has its ranges. Their end is fixed here, after the sync is in place: later rows are the
 * sync's. One that an earlier commit of Segue began goes on by key from its cursor. One that is open again after it was
 * done gets a round over all rows as they are now. May be repeated.
 */
export async function startBackfill(context: MoveContext, step: Step, work: BackfillWork): Promise<void> {
  const { lease } = context;
  await fenced(lease, async (tx) => {
    const [present] = await tx<
      {
        last_key: string[] | null;
        end_key: string[] | null;
        done: boolean;
        ranges: number;
        walked: number | null;
      }[]
    >`
      SELECT last_key, end_key, done, (SELECT count(*)::integer FROM segue.backfill_ranges r WHERE r.rollout_id = b.rollout_id AND r.step_id = b.step_id) AS ranges,
        -- Of one that was done and is not any more, the rounds behind it; null while ranges of the next one are open.
        CASE WHEN NOT done AND (SELECT direction = 'forward' AND state = 'done' FROM segue.steps s WHERE s.rollout_id = b.rollout_id AND s.step_id = b.step_id ORDER BY seq DESC LIMIT 1)
          THEN (SELECT 1 + coalesce(max(round), 0) FROM segue.backfill_ranges r WHERE r.rollout_id = b.rollout_id AND r.step_id = b.step_id HAVING bool_and(r.done) IS NOT FALSE) END AS walked
      FROM segue.backfills b WHERE rollout_id = ${lease.rolloutId} AND step_id = ${step.id}`;
    if (present !== undefined) {
      if (present.walked !== null) {
        await addRanges(tx, context, step, work, await tableLeaves(tx, work), present.walked);
        return;
      }
      if (present.done || present.ranges > 0 || present.end_key === null) return;
      await addKeyRange(tx, context, step, work, { lastKey: present.last_key, endKey: present.end_key });
      return;
    }
    const leaves = await tableLeaves(tx, work);
    const rows = leaves.reduce((sum, leaf) => sum + leaf.rows, 0);
    // A partitioned table has no size of its own.
    await tx`
      WITH RECURSIVE family AS (
        SELECT ${quoteName(work.table)}::regclass::oid AS oid UNION SELECT i.inhrelid FROM family f JOIN pg_inherits i ON i.inhparent = f.oid)
      INSERT INTO segue.backfills (rollout_id, step_id, rows_total, bytes_at_start, start_xid)
      SELECT ${lease.rolloutId}, ${step.id}, ${Math.round(rows)}, sum(pg_total_relation_size(oid)), pg_current_xact_id()::xid FROM family`;
    await addRanges(tx, context, step, work, leaves, 0);
  });
}

/** Another round over the whole table as it is now, in the transaction. */
async function addRanges(
  tx: postgres.TransactionSql,
  context: MoveContext,
  step: Step,
  work: BackfillWork,
  leaves: readonly TableLeaf[],
  round: number,
): Promise<void> {
  const { rolloutId } = context.lease;
  if (work.key.length > 0 && (work.byKey === true || leaves.some((leaf) => !leaf.hasPages))) {
    const end = await lastKey(tx, work);
    if (end !== null) await addKeyRange(tx, context, step, work, { lastKey: null, endKey: end });
    return;
  }
  const ranges = planRanges(leaves, round > 0);
  await tx`
    INSERT INTO segue.backfill_ranges (rollout_id, step_id, number, round, kind, relation, filenode, from_page, to_page, segment_pages, passes, next_page, units_total)
    SELECT ${rolloutId}, ${step.id}, n + (SELECT count(*) FROM segue.backfill_ranges WHERE rollout_id = ${rolloutId} AND step_id = ${step.id}), ${round}, 'pages',
      r ->> 'relation', (r ->> 'filenode')::oid, f, (r ->> 'toPage')::bigint, (r ->> 'segmentPages')::integer, p, f, ((r ->> 'toPage')::bigint - f) * p
    FROM jsonb_array_elements(${tx.json([...ranges.map((range) => ({ ...range }))])}::jsonb) WITH ORDINALITY AS given(r, n),
      LATERAL (SELECT (r ->> 'fromPage')::bigint AS f, (r ->> 'passes')::integer AS p) numbers`;
}

/** Partitions that hold rows and that no range has: attached since the ranges were planned, or filled by the sync alone. */
async function newPartitions(
  sql: postgres.ISql,
  context: MoveContext,
  step: Step,
  work: BackfillWork,
): Promise<TableLeaf[]> {
  const leaves = (await tableLeaves(sql, work)).filter(
    ({ isPart, hasPages, pages }) => isPart && hasPages && pages > 0,
  );
  if (leaves.length === 0) return [];
  const known = await sql<{ relation: string; kind: string }[]>`
    SELECT DISTINCT relation, kind FROM segue.backfill_ranges WHERE rollout_id = ${context.lease.rolloutId} AND step_id = ${step.id}`;
  if (known.some(({ kind }) => kind === 'keys')) return [];
  return leaves.filter((leaf) => !known.some(({ relation }) => relation === leaf.relation));
}

/** True when a backfill that is done has to go on, because a partition was attached whose rows it has not seen. */
export async function missesPartitions(context: MoveContext, step: Step): Promise<boolean> {
  if (step.backfill === undefined) return false;
  return (await newPartitions(context.lease.session.sql, context, step, step.backfill)).length > 0;
}

/** After all ranges are done: true when partitions have come meanwhile, which now have ranges too. */
export async function addNewPartitions(
  context: MoveContext,
  step: Step,
  work: BackfillWork,
): Promise<boolean> {
  return fenced(context.lease, async (tx) => {
    const leaves = await newPartitions(tx, context, step, work);
    if (leaves.length === 0) return false;
    await addRanges(tx, context, step, work, leaves, 0);
    await tx`UPDATE segue.backfills SET done = false WHERE rollout_id = ${context.lease.rolloutId} AND step_id = ${step.id}`;
    return true;
  });
}

async function lastKey(tx: postgres.TransactionSql, work: BackfillWork): Promise<string[] | null> {
  const descending = work.key.map((column) => `t.${quoteIdent(column.name)} DESC`).join(', ');
  const [end] = await tx.unsafe<{ key: string[] }[]>(
    `SELECT ${keyText(work.key)} AS key FROM ${quoteName(work.table)} AS t ORDER BY ${descending} LIMIT 1`,
  );
  return end?.key ?? null;
}

async function addKeyRange(
  tx: postgres.TransactionSql,
  context: MoveContext,
  step: Step,
  work: BackfillWork,
  keys: Keys,
): Promise<void> {
  const { rolloutId } = context.lease;
  await tx`
    INSERT INTO segue.backfill_ranges (rollout_id, step_id, number, kind, relation, last_key, end_key, units_total)
    SELECT ${rolloutId}, ${step.id}, 1 + count(r.number), 'keys', ${quoteName(work.table)}, ${keys.lastKey === null ? null : [...keys.lastKey]}, ${keys.endKey === null ? null : [...keys.endKey]},
      (SELECT greatest(b.rows_total - b.rows_seen, 0) FROM segue.backfills b WHERE b.rollout_id = ${rolloutId} AND b.step_id = ${step.id})
    FROM segue.backfill_ranges r WHERE r.rollout_id = ${rolloutId} AND r.step_id = ${step.id}`;
}

/** The table was written anew: its pages are planned again. Rows that are done need nothing and cost a look each. */
export async function planAgain(context: MoveContext, step: Step, work: BackfillWork): Promise<void> {
  const { rolloutId } = context.lease;
  await fenced(context.lease, async (tx) => {
    // What was written stays counted, and is not counted again; what was only looked at is looked at again.
    await tx`
      UPDATE segue.backfills b SET rows_changed = b.rows_changed + r.changed, rows_seen = b.rows_seen + r.changed
      FROM (SELECT coalesce(sum(rows_changed), 0) AS changed FROM segue.backfill_ranges WHERE rollout_id = ${rolloutId} AND step_id = ${step.id}) r
      WHERE rollout_id = ${rolloutId} AND step_id = ${step.id}`;
    await tx`DELETE FROM segue.backfill_ranges WHERE rollout_id = ${rolloutId} AND step_id = ${step.id}`;
    await addRanges(tx, context, step, work, await tableLeaves(tx, work), 0);
  });
}

/** True for what a trigger does not mend whenever a row is touched: a conversion, and columns that are split or merged. */
const isConverted = ({ expression, safeExpression, also }: BackfillWork): boolean =>
  expression !== safeExpression || also !== undefined;

/**
 * After all ranges are done: true when another round has to follow. A copy or a fill needs none, because its trigger
 * mends every row that moves; a conversion's looks only at rows whose two sides change, so a row that was moved behind
 * the cursor by some other update is found by comparing all of them again, until a round finds nothing.
 */
export async function addRepairRound(context: MoveContext, step: Step, work: BackfillWork): Promise<boolean> {
  if (!isConverted(work)) return false;
  const { rolloutId } = context.lease;
  return fenced(context.lease, async (tx) => {
    const [last] = await tx<{ round: number; kind: string; changed: string }[]>`
      SELECT round, min(kind) AS kind, sum(rows_changed) AS changed FROM segue.backfill_ranges
      WHERE rollout_id = ${rolloutId} AND step_id = ${step.id} GROUP BY round ORDER BY round DESC LIMIT 1`;
    if (last === undefined || last.kind === 'keys' || last.round >= MAX_ROUNDS) return false;
    if (last.round > 0 && last.changed === '0') return false;
    await addRanges(tx, context, step, work, await tableLeaves(tx, work), last.round + 1);
    return true;
  });
}

/** Cursor and step say in one transaction that the backfill is done. */
export async function recordDone(context: MoveContext, phase: Phase, step: Step): Promise<void> {
  const { lease } = context;
  await fenced(lease, async (tx) => {
    await tx`UPDATE segue.backfills SET done = true, lanes = '[]', updated_at = clock_timestamp() WHERE rollout_id = ${lease.rolloutId} AND step_id = ${step.id}`;
    await tx`
      INSERT INTO segue.steps (rollout_id, step_id, phase, direction, attempt, state, epoch, started_at, done_at)
      SELECT ${lease.rolloutId}, ${step.id}, ${phase.number}, 'forward', 1 + count(*), 'done', ${lease.epoch.toString()},
        (SELECT started_at FROM segue.backfills WHERE rollout_id = ${lease.rolloutId} AND step_id = ${step.id}), clock_timestamp()
      FROM segue.steps WHERE rollout_id = ${lease.rolloutId} AND step_id = ${step.id} AND direction = 'forward' AND state = 'done'`;
  });
}

import type { BackfillWork, Phase, Step } from '@/lib/core/plan';
import type { RowsUpdate } from '@/lib/core/rows-update';
import { quoteIdent, quoteLiteral, quoteName, type RelationName } from '@/lib/core/sql-text';
import { recordOutside } from '../build-index';
import type { MoveContext } from '../move-context';
import { fenced } from '../move-state';
import { sqlStateOf } from '../target';
import { batchPreamble } from './batch-scope';
import { batchSize } from './batch-size';
import { bringBack } from './bring-back';
import { sameKept, sameKey } from './rows-batch';
import { stuckOnLock } from './stuck-on-lock';
import { openThrottle, type Throttle } from './throttle/throttle';

const MAX_RETRIES = 60;
/** How often it is looked whether a hold has ended. */
const HELD_MS = 200;
/** lock_not_available, deadlock_detected, query_canceled, foreign_key_violation: a row's parent went while it came back. */
const RETRY_STATES = new Set(['55P03', '40P01', '57014', '23503']);

/** Statements of one batch of a way back: the first locks, the second gives `taken` and `changed`. */
export type PutBack = (limit: number) => readonly [lock: string, put: string];

/**
 * The way back of an UPDATE or DELETE of rows: what was kept is put back, batch by batch. A row that code has changed since, or
 * whose place is taken, is left alone, or changed by the way back that the author gave, and recorded. What is put back is no
 * longer kept, in the same transaction: it may be interrupted anywhere and called again.
 */
export async function putBack(
  context: MoveContext,
  phase: Phase,
  step: Step,
  work: BackfillWork,
): Promise<void> {
  const { lease } = context;
  // From here on the walk forward would have to begin anew.
  await recordOutside(context, phase, step, 'back', 'started');
  await fenced(lease, async (tx) => {
    await tx`DELETE FROM segue.backfills WHERE rollout_id = ${lease.rolloutId} AND step_id = ${step.id}`;
  });
  const throttle = openThrottle(context, step, work);
  for (const statements of puts(context, work)) await putAllBack(context, step, work, throttle, statements);
  await recordOutside(context, phase, step, 'back', 'done');
}

function puts(context: MoveContext, work: BackfillWork): PutBack[] {
  const { rows, deletes } = work;
  const { rolloutId } = context.lease;
  if (deletes !== undefined) return bringBack(deletes, work.operation, rolloutId);
  const kept = rows?.kept ?? null;
  if (rows === undefined || kept === null) return [];
  return [(limit) => [lockStatement(work, kept, limit), putBackStatement(context, work, rows, kept, limit)]];
}

async function putAllBack(
  context: MoveContext,
  step: Step,
  work: BackfillWork,
  throttle: Throttle,
  statements: PutBack,
): Promise<void> {
  const { lease } = context;
  const size = batchSize();
  for (let retries = 0; ; ) {
    await context.checkpoint();
    await throttle.look();
    if (throttle.held()) {
      await context.sleep(HELD_MS);
      continue;
    }
    const { batchRows, batchMs } = context.settings();
    const limit = size.next(batchRows);
    const [lock, put] = statements(limit);
    const began = performance.now();
    try {
      const [, , answer] = (await lease.session.sql.begin(async (tx) => [
        await tx.unsafe(batchPreamble(lease, { spareSync: false })),
        await tx.unsafe(lock),
        await tx.unsafe(put),
      ])) as { taken: number; changed: number }[][];
      const batch = answer?.[0];
      if (batch === undefined || batch.taken === 0) return;
      retries = 0;
      size.took(performance.now() - began, batchMs);
      await context.emit({
        type: 'batch',
        stepId: step.id,
        rows: batch.taken,
        changed: batch.changed,
        lane: 1,
      });
    } catch (error) {
      const state = sqlStateOf(error) ?? '';
      if (!RETRY_STATES.has(state)) throw error;
      retries += 1;
      size.split();
      if (retries >= MAX_RETRIES) throw await stuckOnLock(context, work, error);
      await context.emit({ type: 'batch_retried', stepId: step.id, rows: limit, state, lane: 1 });
      await context.sleep(50 + Math.random() * Math.min(2000, 100 * retries));
    }
  }
}

const keyList = ({ key }: BackfillWork, prefix = ''): string =>
  key.map((_, n) => `${prefix}k${n}`).join(', ');

const nextKept = (work: BackfillWork, kept: RelationName, limit: number): string =>
  `SELECT * FROM ${quoteName(kept)} WHERE done ORDER BY ${keyList(work)} LIMIT ${limit}`;

/** Row locks in the order of the key, as applications take them. */
function lockStatement(work: BackfillWork, kept: RelationName, limit: number): string {
  const order = work.key.map(({ name }) => `t.${quoteIdent(name)}`).join(', ');
  return `SELECT count(*) FROM (SELECT FROM ${quoteName(work.table)} AS t JOIN (${nextKept(work, kept, limit)}) b ON ${sameKey(work)} ORDER BY ${order} FOR NO KEY UPDATE OF t) locked`;
}

function putBackStatement(
  context: MoveContext,
  work: BackfillWork,
  rows: RowsUpdate,
  kept: RelationName,
  limit: number,
): string {
  const table = quoteName(work.table);
  const untouched = rows.untouched.join(' AND ');
  const given = rows.columns.map((name, n) => `${quoteIdent(name)} = b.o${n}`).join(', ');
  const key = work.key.map(({ name }, n) => `${quoteLiteral(name)}, b.k${n}`).join(', ');
  const was = rows.columns.map((name, n) => `${quoteLiteral(name)}, b.o${n}`).join(', ');
  const is = rows.columns.map((name) => `${quoteLiteral(name)}, t.${quoteIdent(name)}`).join(', ');
  const same = sameKept(work, 'x', 'b');
  // What was computed before stays, for a move that turns round; it goes with the steps before this one.
  const forget = rows.computed
    ? `UPDATE ${quoteName(kept)} AS x SET done = false FROM b WHERE ${same} RETURNING x.k0`
    : `DELETE FROM ${quoteName(kept)} AS x USING b WHERE ${same} RETURNING x.k0`;
  return `WITH b AS MATERIALIZED (${nextKept(work, kept, limit)}),
forgotten AS (${forget}),
back AS (UPDATE ${table} AS t SET ${given} FROM b WHERE ${sameKey(work)} AND ${untouched} RETURNING 1),
${rows.down === null ? '' : `other AS (UPDATE ${table} AS t SET ${rows.down.join(', ')} FROM b WHERE ${sameKey(work)} AND NOT (${untouched}) RETURNING 1),\n`}
left_alone AS (INSERT INTO segue.conflicts (transition, operation, key, kept, lost)
  SELECT r.name, ${work.operation}, jsonb_build_object(${key}), jsonb_build_object(${is})::text, jsonb_build_object(${was})::text
  FROM ${table} AS t JOIN b ON ${sameKey(work)}, segue.rollouts r
  WHERE r.id = ${quoteLiteral(context.lease.rolloutId)} AND NOT (${untouched}) RETURNING 1)
SELECT (SELECT count(*) FROM forgotten)::integer AS taken, (SELECT count(*) FROM back)::integer AS changed`;
}

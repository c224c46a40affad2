import type postgres from 'postgres';
import { SegueError } from '@/lib/core/errors';
import type { BackfillWork, Phase, Step } from '@/lib/core/plan';
import { quoteIdent, quoteName } from '@/lib/core/sql-text';
import { BACKFILL_SETTING } from '@/lib/planner/sync/pair';
import { longestTransactions } from './checks/long-transactions';
import { keyRange, keyText } from './key-range';
import type { MoveContext } from './move-context';
import { sqlStateOf } from './target';

/** Less than a fifth of deadlock_timeout: if a batch and a client lock rows crosswise, the batch gives way, never the client. */
const BATCH_LOCK_TIMEOUT_MS = 150;
const BATCH_STATEMENT_TIMEOUT_MS = 15_000;
/** Consecutive batches given up before a person is asked; with the sleeps about two minutes. */
const MAX_RETRIES = 60;
const MAX_FAILED_KEYS = 20;

interface Cursor {
  readonly lastKey: readonly string[] | null;
  readonly endKey: readonly string[] | null;
  readonly done: boolean;
}

interface Batch {
  readonly finished: boolean;
  readonly seen: number;
  readonly changed: number;
}

/** lock_not_available, deadlock_detected, query_canceled, serialization_failure */
const RETRY_STATES = new Set(['55P03', '40P01', '57014', '40001']);

/**
 * Walks the table by key range and brings each row's column up to date. Rows, cursor and counts of a batch commit
 * together under the lease, so it may be interrupted anywhere and called again: it goes on from its cursor. Its end is
 * fixed when it starts, after the sync is in place; later rows are the sync's.
 */
export async function runBackfill(
  context: MoveContext,
  phase: Phase,
  step: Step,
  work: BackfillWork,
): Promise<void> {
  await startBackfill(context, step, work);
  let rows = context.settings().batchRows;
  for (let retries = 0; ; ) {
    await context.checkpoint();
    const wanted = context.settings().batchRows;
    rows = Math.min(wanted, retries === 0 ? Math.max(rows * 2, 1) : rows);
    try {
      const batch = await runBatch(context, step, work, rows);
      await context.emit({ type: 'batch', stepId: step.id, rows: batch.seen, changed: batch.changed });
      retries = 0;
      if (batch.finished) break;
      if (context.settings().batchPauseMs > 0) await context.sleep(context.settings().batchPauseMs);
    } catch (error) {
      const state = sqlStateOf(error) ?? '';
      if (!RETRY_STATES.has(state)) throw error;
      retries += 1;
      rows = Math.max(1, Math.floor(rows / 2));
      if (retries >= MAX_RETRIES) throw await stuck(context, work, error);
      await context.emit({ type: 'batch_retried', stepId: step.id, rows, state });
      await context.sleep(50 + Math.random() * Math.min(2000, 100 * retries));
    }
  }
  await recordDone(context, phase, step);
}

async function stuck(context: MoveContext, work: BackfillWork, cause: unknown): Promise<SegueError> {
  const label = `${work.table.schema}.${work.table.name}`;
  const blockers = await longestTransactions(context.lease.session, [work.table]);
  return new SegueError(
    'lock_not_had',
    `A row of "${label}" has been locked by another transaction for too long.`,
    {
      object: label,
      next: 'See who holds it, end that transaction, then retry: the backfill goes on from its cursor.',
      evidence: { blockers },
      cause,
    },
  );
}

const fence = (tx: postgres.TransactionSql, context: MoveContext) =>
  tx`SELECT segue.fence(${context.lease.rolloutId}, ${context.lease.epoch.toString()})`;

async function startBackfill(context: MoveContext, step: Step, work: BackfillWork): Promise<void> {
  const { lease } = context;
  await lease.session.sql.begin(async (tx) => {
    await fence(tx, context);
    const present =
      await tx`SELECT 1 FROM segue.backfills WHERE rollout_id = ${lease.rolloutId} AND step_id = ${step.id}`;
    if (present.length > 0) return;
    const descending = work.key.map((column) => `t.${quoteIdent(column.name)} DESC`).join(', ');
    const [end] = await tx.unsafe<{ key: string[] }[]>(
      `SELECT ${keyText(work.key)} AS key FROM ${quoteName(work.table)} AS t ORDER BY ${descending} LIMIT 1`,
    );
    const [size] = await tx<
      { rows: string }[]
    >`SELECT greatest(reltuples, 0)::bigint::text AS rows FROM pg_class WHERE oid = ${quoteName(work.table)}::regclass`;
    await tx`INSERT INTO segue.backfills (rollout_id, step_id, end_key, rows_total, done)
      VALUES (${lease.rolloutId}, ${step.id}, ${end?.key ?? null}, ${size?.rows ?? '0'}, ${end === undefined})`;
  });
}

async function readCursor(tx: postgres.TransactionSql, context: MoveContext, step: Step): Promise<Cursor> {
  const [row] = await tx<{ last_key: string[] | null; end_key: string[] | null; done: boolean }[]>`
    SELECT last_key, end_key, done FROM segue.backfills WHERE rollout_id = ${context.lease.rolloutId} AND step_id = ${step.id}`;
  if (row === undefined)
    throw new SegueError('internal', `The backfill "${step.id}" has no cursor.`, {
      object: step.id,
      next: 'Retry the phase.',
    });
  return { lastKey: row.last_key, endKey: row.end_key, done: row.done };
}

async function runBatch(context: MoveContext, step: Step, work: BackfillWork, rows: number): Promise<Batch> {
  try {
    return await batchTransaction(context, step, work, rows, 'plain');
  } catch (error) {
    // Class 22: some value of this range does not convert.
    if (!/^(22|23514|23502)/.test(sqlStateOf(error) ?? '') || work.expression === work.safeExpression)
      throw error;
    return batchTransaction(context, step, work, rows, 'safe');
  }
}

function batchTransaction(
  context: MoveContext,
  step: Step,
  work: BackfillWork,
  rows: number,
  form: 'plain' | 'safe',
): Promise<Batch> {
  const { lease } = context;
  return lease.session.sql.begin(async (tx) => {
    await fence(tx, context);
    await tx.unsafe(
      `SET LOCAL lock_timeout = ${BATCH_LOCK_TIMEOUT_MS}; SET LOCAL statement_timeout = ${BATCH_STATEMENT_TIMEOUT_MS}; SET LOCAL synchronous_commit = off; SET LOCAL ${BACKFILL_SETTING} = 'on'`,
    );
    const began = performance.now();
    const cursor = await readCursor(tx, context, step);
    if (cursor.done || cursor.endKey === null) return { finished: true, seen: 0, changed: 0 };
    const bound = await batchEnd(tx, work, cursor, rows);
    if (bound === null) {
      await tx`UPDATE segue.backfills SET done = true, updated_at = clock_timestamp() WHERE rollout_id = ${lease.rolloutId} AND step_id = ${step.id}`;
      return { finished: true, seen: 0, changed: 0 };
    }
    const range = keyRange(work.key, cursor.lastKey, bound.key);
    if (form === 'safe') await settleFailures(tx, context, work, range, step);
    const safe = form === 'safe';
    const updated = await tx.unsafe(
      `UPDATE ${quoteName(work.table)} AS t SET ${quoteIdent(work.column)} = ${safe ? work.safeExpression : work.expression} WHERE ${range.condition} AND (${safe ? work.safeWhere : work.where})`,
      range.values,
    );
    const workedMs = performance.now() - began;
    const perSecond = bound.rows / Math.max(workedMs / 1000, 0.001);
    // Exponentially smoothed (0.2): recent enough to follow a throttle, calm enough to read.
    await tx`
      UPDATE segue.backfills SET last_key = ${[...bound.key]}, rows_seen = rows_seen + ${bound.rows}, rows_changed = rows_changed + ${updated.count},
        working_ms = working_ms + ${Math.round(workedMs)}, recent_rows_per_second = coalesce(recent_rows_per_second * 0.8 + ${perSecond}::double precision * 0.2, ${perSecond}::double precision),
        updated_at = clock_timestamp()
      WHERE rollout_id = ${lease.rolloutId} AND step_id = ${step.id}`;
    return { finished: false, seen: bound.rows, changed: updated.count };
  });
}

async function batchEnd(
  tx: postgres.TransactionSql,
  work: BackfillWork,
  cursor: Cursor,
  rows: number,
): Promise<{ key: readonly string[]; rows: number } | null> {
  const range = keyRange(work.key, cursor.lastKey, cursor.endKey);
  const order = work.key.map((column) => `t.${quoteIdent(column.name)}`).join(', ');
  const backwards = work.key.map((_, index) => `k${index} DESC`).join(', ');
  const columns = work.key.map((column, index) => `t.${quoteIdent(column.name)} AS k${index}`).join(', ');
  const texts = work.key.map((_, index) => `k${index}::text`).join(', ');
  const [row] = await tx.unsafe<{ key: string[]; rows: number }[]>(
    `WITH batch AS MATERIALIZED (SELECT ${columns} FROM ${quoteName(work.table)} AS t WHERE ${range.condition} ORDER BY ${order} LIMIT ${rows})
     SELECT ARRAY[${texts}] AS key, (SELECT count(*)::integer FROM batch) AS rows FROM batch ORDER BY ${backwards} LIMIT 1`,
    range.values,
  );
  return row ?? null;
}

/** Rows of the range whose value does not convert: refused with their keys, or recorded with them. */
async function settleFailures(
  tx: postgres.TransactionSql,
  context: MoveContext,
  work: BackfillWork,
  range: ReturnType<typeof keyRange>,
  step: Step,
): Promise<void> {
  const label = `${work.table.schema}.${work.table.name}`;
  if (work.onFailure === 'none') return;
  const keys = work.key
    .map((column) => `'${column.name.replaceAll("'", "''")}', t.${quoteIdent(column.name)}`)
    .join(', ');
  const failed = `FROM ${quoteName(work.table)} AS t WHERE ${range.condition} AND ${work.failed}`;
  if (work.onFailure === 'reject') {
    const rows = await tx.unsafe<{ key: Record<string, unknown> }[]>(
      `SELECT jsonb_build_object(${keys}) AS key ${failed} LIMIT ${MAX_FAILED_KEYS}`,
      range.values,
    );
    if (rows.length === 0) return;
    throw new SegueError(
      'step_failed',
      `${rows.length === MAX_FAILED_KEYS ? 'At least ' : ''}${rows.length} rows of "${label}" hold a value that does not convert.`,
      {
        object: label,
        next: 'Correct these rows, or say onFailure: quarantine or a value; then retry.',
        evidence: { stepId: step.id, keys: rows.map((row) => row.key) },
      },
    );
  }
  await tx.unsafe(
    `INSERT INTO segue.exceptions (transition, operation, side, key, value)
     SELECT r.name, ${work.operation}, 'old', jsonb_build_object(${keys}), NULL FROM segue.rollouts r, ${failed.slice('FROM '.length)} AND r.id = $${range.values.length + 1}
     ON CONFLICT DO NOTHING`,
    [...range.values, context.lease.rolloutId],
  );
}

async function recordDone(context: MoveContext, phase: Phase, step: Step): Promise<void> {
  const { lease } = context;
  await lease.session.sql.begin(async (tx) => {
    await fence(tx, context);
    await tx`
      INSERT INTO segue.steps (rollout_id, step_id, phase, direction, attempt, state, epoch, started_at, done_at)
      SELECT ${lease.rolloutId}, ${step.id}, ${phase.number}, 'forward', 1 + count(*), 'done', ${lease.epoch.toString()},
        (SELECT started_at FROM segue.backfills WHERE rollout_id = ${lease.rolloutId} AND step_id = ${step.id}), clock_timestamp()
      FROM segue.steps WHERE rollout_id = ${lease.rolloutId} AND step_id = ${step.id} AND direction = 'forward' AND state = 'done'`;
  });
}

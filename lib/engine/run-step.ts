import { type Blocker, blockerInWords } from '@/lib/core/blocker';
import { SegueError } from '@/lib/core/errors';
import type { Phase, Step, StepLock } from '@/lib/core/plan';
import { type Direction, pauseMs } from '@/lib/core/rollout';
import { quoteLiteral, quoteName } from '@/lib/core/sql-text';
import { putBack } from './backfill/put-back';
import { runBackfill } from './backfill/run-backfill';
import { readBlockers } from './blockers';
import { buildIndex, dropIndex, indexState } from './build-index';
import { guardStep } from './guard-step';
import {
  blocksAnybody,
  LOCKS_END_AT_COMMIT,
  lockPreamble,
  MAX_ATTEMPTS,
  rungMs,
  sleepMs,
  standsFirm,
} from './lock-ladder';
import type { MoveContext } from './move-context';
import { ask, runOutside, stillStands } from './run-outside';
import { sqlStateOf } from './target';
import { watchStatement } from './watch-statement';

/** lock_not_available and deadlock_detected: the two that a second try can cure. */
const RETRY_STATES = new Set(['55P03', '40P01']);

/** How long to leave a table alone whose holder will not go away by waiting. */
const FIRM_SLEEP_MS = 1000;

/** Runs one step in one direction. Idempotent: what segue.steps has as done is not done again (the caller looks there). */
export async function runStep(
  context: MoveContext,
  phase: Phase,
  step: Step,
  direction: Direction,
): Promise<void> {
  await context.emit({ type: 'step_started', stepId: step.id, title: step.title, direction });
  if (direction === 'forward') await stepForward(context, phase, step);
  else await stepBack(context, phase, step);
  await context.emit({ type: 'step_done', stepId: step.id, direction });
}

async function stepForward(context: MoveContext, phase: Phase, step: Step): Promise<void> {
  if (step.restores !== undefined) return restore(context, phase, step, 'forward');
  if (step.kind === 'backfill' && step.backfill !== undefined)
    return runBackfill(context, phase, step, step.backfill);
  if (step.kind === 'build_index' && step.index !== undefined)
    return buildIndex(context, phase, step, step.index);
  if (step.kind === 'drop_index' && step.index !== undefined)
    return dropIndex(context, phase, step, step.index, 'forward');
  if (step.outside !== undefined) {
    if (!step.transactional) return runOutside(context, phase, step, step.outside, 'forward');
    if (await stillStands(context, step, step.outside, 'forward'))
      return migrate(context, phase, { ...step, locks: [] }, 'forward', []);
  }
  if (step.keep !== undefined && (await isRetired(context, step))) {
    return migrate(context, phase, step, 'forward', [
      ...step.keep.bringBack,
      forgetRetired(step.keep.table, step.keep.retiredName),
    ]);
  }
  const retires = step.retires === undefined ? [] : [rememberRetired(context, step.retires, 'contract')];
  const forgets = phase.kind === 'purge' ? [forgetPurged(context, step)] : [];
  const others = (step.begins ?? []).map((id) => recordAlso(context, phase, id, 'forward'));
  return migrate(context, phase, step, 'forward', [...step.sql, ...retires, ...forgets, ...others]);
}

async function stepBack(context: MoveContext, phase: Phase, step: Step): Promise<void> {
  if (step.restores !== undefined) return restore(context, phase, step, 'back');
  if (step.backfill?.rows !== undefined || step.backfill?.deletes !== undefined)
    return putBack(context, phase, step, step.backfill);
  if (step.kind === 'backfill') return forgetCursor(context, phase, step);
  if (step.kind === 'drop_index' && step.index !== undefined)
    return buildIndex(context, phase, step, step.index, 'back');
  if (step.index !== undefined) return dropIndex(context, phase, step, step.index);
  if (step.outside !== undefined) {
    if (!step.undoTransactional) return runOutside(context, phase, step, step.outside, 'back');
    if (await stillStands(context, step, step.outside, 'back'))
      return migrate(context, phase, { ...step, undoLocks: [] }, 'back', []);
  }
  if (step.keep !== undefined) return takeColumnOut(context, phase, step);
  const forgets =
    step.retires === undefined ? [] : [forgetRetired(step.retires.table, step.retires.retiredName)];
  const others = (step.alsoUndoes ?? []).map((id) => recordAlso(context, phase, id, 'back'));
  return migrate(context, phase, step, 'back', [...step.undo, ...forgets, ...others]);
}

/** Says of another step, in the transaction that did or undid it with its own, that it is done or undone. */
function recordAlso(context: MoveContext, phase: Phase, stepId: string, direction: Direction): string {
  const { rolloutId, epoch } = context.lease;
  const [id, step, way] = [rolloutId, stepId, direction].map(quoteLiteral);
  return `INSERT INTO segue.steps (rollout_id, step_id, phase, direction, attempt, state, epoch, done_at)
SELECT ${id}, ${step}, ${phase.number}, ${way}, 1 + count(*) FILTER (WHERE direction = ${way} AND state = 'done'), 'done', ${epoch}, clock_timestamp()
FROM segue.steps WHERE rollout_id = ${id} AND step_id = ${step}
ON CONFLICT (rollout_id, step_id, direction, attempt) DO UPDATE SET state = 'done', epoch = EXCLUDED.epoch, seq = DEFAULT, done_at = EXCLUDED.done_at`;
}

/** True for a step that restores something that is in place: an interrupted move looks again, and records nothing new. */
export async function isThere(context: MoveContext, step: Step): Promise<boolean> {
  if (step.restores === undefined) return false;
  if (step.index !== undefined) return (await indexState(context, step.index)) === 'valid';
  return (await ask(context, step.restores.there)) === true;
}

/** Makes what is to be there, if it is not: in either direction, since a move may turn round half-way. */
async function restore(context: MoveContext, phase: Phase, step: Step, direction: Direction): Promise<void> {
  if (step.index !== undefined)
    return buildIndex(context, phase, { ...step, sql: step.undo }, step.index, direction);
  const there = await isThere(context, step);
  const locks = there ? [] : step.undoLocks;
  const statements = there ? [] : step.undo;
  return migrate(context, phase, { ...step, locks, undoLocks: locks }, direction, statements);
}

/** One transaction, retried while the lock cannot be had; how often is counted in the target, across slices and workers. */
async function migrate(
  context: MoveContext,
  phase: Phase,
  step: Step,
  direction: Direction,
  statements: readonly string[],
): Promise<void> {
  const locks = direction === 'forward' ? step.locks : step.undoLocks;
  const table = direction === 'forward' ? step.table : (step.undoTable ?? step.table);
  const names = new Set(locks.map((lock) => lock.relation));
  const mayBlock = blocksAnybody(locks) || step.ownSql?.locksUnknown === true;
  await guardStep(context, step, statements, true);
  let waitedMs = 0;
  for (let attempt = 0; ; ) {
    await context.checkpoint();
    const rung = rungMs(attempt, pauseMs(context.settings(), [...names]), names.size);
    const began = performance.now();
    const firm = blocksAnybody(locks) ? await standingFirm(context, locks) : [];
    if (firm.length > 0) {
      // Asking would only make the application queue behind us.
      attempt = await waitForLock(context, step, rung, null, firm);
      await context.sleep(FIRM_SLEEP_MS);
      continue;
    }
    try {
      const preamble =
        step.ownSql !== undefined && mayBlock
          ? [
              `SET LOCAL lock_timeout = ${rung}`,
              `SET LOCAL statement_timeout = ${pauseMs(context.settings(), [...names])}`,
              LOCKS_END_AT_COMMIT,
            ]
          : lockPreamble(table, locks, rung);
      const run = () =>
        context.migrator.run(preamble, statements, {
          stepId: step.id,
          phase: phase.number,
          direction,
          lockWaitMs: waitedMs,
        });
      if (mayBlock) await run();
      else await watchStatement(context, step, await context.migrator.pid(), run);
      await context.goOn();
      return;
    } catch (error) {
      if (!RETRY_STATES.has(sqlStateOf(error) ?? '')) throw error;
      waitedMs += performance.now() - began;
      attempt = await waitForLock(context, step, rung, error);
      const pause = sleepMs(rung, Math.random());
      await context.sleep(pause);
      waitedMs += pause;
    }
  }
}

/** Those who hold a table of these locks and would not let go within any timeout that is allowed. */
async function standingFirm(context: MoveContext, locks: readonly StepLock[]): Promise<readonly Blocker[]> {
  const tables = context.tables.filter(({ schema, name }) =>
    locks.some((lock) => lock.relation === `${schema}.${name}`),
  );
  const blockers = await readBlockers(context.lease.session, { tables, rolloutId: null });
  return blockers.filter((blocker) => standsFirm(blocker, locks));
}

/** Says who holds the table; returns the attempts so far. Throws `lock_not_had` when a person must decide. */
async function waitForLock(
  context: MoveContext,
  step: Step,
  rung: number,
  cause: unknown,
  known?: readonly Blocker[],
): Promise<number> {
  const label = `${step.table.schema}.${step.table.name}`;
  const blockers =
    known ??
    (await readBlockers(context.lease.session, {
      tables: context.tables,
      rolloutId: context.lease.rolloutId,
    }));
  const [first] = blockers;
  const [attempts = 1] = await context.hold(step.id, [
    {
      kind: 'lock',
      culprit: label,
      message: `the lock on ${label} is not free${first === undefined ? '' : `: ${blockerInWords(first)}`}.`,
      evidence: blockers.map((blocker) => ({ ...blocker })),
    },
  ]);
  await context.emit({ type: 'lock_wait', stepId: step.id, attempt: attempts, timeoutMs: rung, blockers });
  if (attempts < MAX_ATTEMPTS) return attempts;
  throw new SegueError(
    'lock_not_had',
    `The lock on "${label}" could not be had in ${MAX_ATTEMPTS} attempts; the application was never held up longer than ${rung} ms at a time.`,
    {
      object: label,
      next: 'See who holds the table, end that transaction, then retry.',
      evidence: { blockers },
      cause,
    },
  );
}

function rememberRetired(
  context: MoveContext,
  retired: NonNullable<Step['retires']>,
  reason: 'contract' | 'kept',
): string {
  const values = [
    context.lease.rolloutId,
    retired.table.schema,
    retired.table.name,
    retired.column,
    retired.retiredName,
    reason,
  ].map(quoteLiteral);
  return `INSERT INTO segue.retired (rollout_id, table_schema, table_name, column_name, retired_name, reason) VALUES (${values.join(', ')})`;
}

function forgetRetired(table: Step['table'], retiredName: string): string {
  return `DELETE FROM segue.retired WHERE table_schema = ${quoteLiteral(table.schema)} AND table_name = ${quoteLiteral(table.name)} AND retired_name = ${quoteLiteral(retiredName)}`;
}

/** After a purge the retired columns of this table that are gone from the catalog need no record. */
function forgetPurged(context: MoveContext, step: Step): string {
  return `DELETE FROM segue.retired r WHERE r.rollout_id = ${quoteLiteral(context.lease.rolloutId)} AND r.table_schema = ${quoteLiteral(step.table.schema)} AND r.table_name = ${quoteLiteral(step.table.name)}
AND NOT EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = to_regclass(${quoteLiteral(quoteName(step.table))}) AND a.attname = r.retired_name AND NOT a.attisdropped)`;
}

async function isRetired(context: MoveContext, step: Step): Promise<boolean> {
  if (step.keep === undefined) return false;
  const rows = await context.lease.session.sql`
    SELECT 1 FROM segue.retired WHERE table_schema = ${step.keep.table.schema} AND table_name = ${step.keep.table.name} AND retired_name = ${step.keep.retiredName}`;
  return rows.length > 0;
}

/** The next pass must look at every row again. */
async function forgetCursor(context: MoveContext, phase: Phase, step: Step): Promise<void> {
  await migrate(context, phase, { ...step, undoLocks: [] }, 'back', [
    `DELETE FROM segue.backfills WHERE rollout_id = ${quoteLiteral(context.lease.rolloutId)} AND step_id = ${quoteLiteral(step.id)}`,
  ]);
}

/**
 * Undo of an added column: renamed away first, so that nobody can write it any more; then, without any lock, looked
 * through for values that exist nowhere else; dropped only where there are none.
 */
async function takeColumnOut(context: MoveContext, phase: Phase, step: Step): Promise<void> {
  const keep = step.keep;
  if (keep === undefined) return;
  if (!(await isRetired(context, step))) {
    const retireStep: Step = { ...step, id: `${step.id}.retire` };
    await migrate(context, phase, retireStep, 'back', [
      ...keep.retire,
      rememberRetired(
        context,
        { table: keep.table, column: keep.column, retiredName: keep.retiredName },
        'kept',
      ),
    ]);
  }
  const holds = await holdsValues(context, step);
  await context.emit({ type: 'column_taken_out', stepId: step.id, column: keep.column, kept: holds });
  await migrate(
    context,
    phase,
    holds ? { ...step, undoLocks: [] } : { ...step, undoTable: keep.table },
    'back',
    holds ? [] : [...keep.drop, forgetRetired(keep.table, keep.retiredName)],
  );
}

async function holdsValues(context: MoveContext, step: Step): Promise<boolean> {
  const keep = step.keep;
  if (keep === undefined) return false;
  try {
    return await context.lease.session.sql.begin('read only', async (tx) => {
      await tx`SET LOCAL statement_timeout = 0`;
      const rows = await tx.unsafe<{ holds: boolean }[]>(
        `SELECT EXISTS (SELECT 1 FROM ${quoteName(keep.table)} AS t WHERE ${keep.holdsValues}) AS holds`,
      );
      return rows[0]?.holds ?? true;
    });
  } catch (error) {
    // A value that cannot even be converted back is one that only this column holds.
    if (/^22/.test(sqlStateOf(error) ?? '')) return true;
    throw error;
  }
}

import { SegueError } from '@/lib/core/errors';
import type { IndexWork, Phase, Step } from '@/lib/core/plan';
import type { Direction } from '@/lib/core/rollout';
import { quoteIdent } from '@/lib/core/sql-text';
import { openUnder } from './lease';
import { LeaveMove, type MoveContext } from './move-context';
import { isConnectionError } from './target';
import { watchStatement } from './watch-statement';

/** How long taking away a half-built index may wait for the table's transactions. */
const CLEAN_UP_MS = 5000;

type IndexState = 'absent' | 'valid' | 'invalid';

/** What the catalog has under the index's name. */
export async function indexState(context: MoveContext, index: IndexWork): Promise<IndexState> {
  const [row] = await context.lease.session.sql<{ valid: boolean }[]>`
    SELECT i.indisvalid AS valid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ${index.table.schema} AND c.relname = ${index.name}`;
  return row === undefined ? 'absent' : row.valid ? 'valid' : 'invalid';
}

/** In ms; 0: none. */
interface Limits {
  readonly lockMs?: number;
  /** With one, nobody needs to watch it. */
  readonly statementMs?: number;
}

/**
 * A statement that cannot run in a transaction, in a session of its own without timeouts (or with those given): a
 * concurrent build waits for old snapshots of the whole database. The session has the lease's name, so that a take-over
 * ends it, and goes with the lease.
 */
export async function outsideTransaction(
  context: MoveContext,
  step: Step,
  statement: string,
  { lockMs = 0, statementMs = 0 }: Limits = {},
): Promise<void> {
  const { lease } = context;
  lease.assertHeld();
  const session = openUnder(lease);
  let graceSeconds: number | undefined;
  try {
    await session.sql.unsafe(`SET lock_timeout = ${lockMs}; SET statement_timeout = ${statementMs}`);
    // The statement itself cannot be fenced. Whoever takes the lease over ends the sessions that are there, before and after
    // it raises the epoch; one that comes later finds here that it comes too late.
    const [me] = await session.sql<{ pid: number }[]>`
      SELECT pg_backend_pid() AS pid, segue.fence(${lease.rolloutId}, ${lease.epoch.toString()})::text`;
    const run = async () => {
      await session.sql.unsafe(statement);
    };
    if (statementMs > 0) await run();
    else await watchStatement(context, step, me?.pid ?? 0, run);
  } catch (error) {
    // There is no answer to be waited for, and who goes on has to wait for us.
    if (isConnectionError(error)) graceSeconds = 0;
    throw error;
  } finally {
    await session.close(graceSeconds);
  }
}

/** The record of a step that cannot be one transaction: started, then done. Fenced. */
export async function recordOutside(
  context: MoveContext,
  phase: Phase,
  step: Step,
  direction: Direction,
  state: 'started' | 'done',
): Promise<void> {
  const { lease } = context;
  await lease.session.sql.begin(async (tx) => {
    await tx`SELECT segue.fence(${lease.rolloutId}, ${lease.epoch.toString()})`;
    if (state === 'started') {
      await tx`
        INSERT INTO segue.steps (rollout_id, step_id, phase, direction, attempt, state, epoch)
        SELECT ${lease.rolloutId}, ${step.id}, ${phase.number}, ${direction}, 1 + count(*) FILTER (WHERE state = 'done'), 'started', ${lease.epoch.toString()}
        FROM segue.steps WHERE rollout_id = ${lease.rolloutId} AND step_id = ${step.id} AND direction = ${direction}
        -- Begun again after an attempt in the other direction: it is the last word on the step once more.
        ON CONFLICT (rollout_id, step_id, direction, attempt) DO UPDATE SET epoch = EXCLUDED.epoch, seq = DEFAULT`;
    } else {
      await tx`
        UPDATE segue.steps SET state = 'done', done_at = clock_timestamp()
        WHERE rollout_id = ${lease.rolloutId} AND step_id = ${step.id} AND direction = ${direction} AND state = 'started'`;
    }
  });
}

const dropStatement = (index: IndexWork) =>
  `DROP INDEX CONCURRENTLY IF EXISTS ${quoteIdent(index.table.schema)}.${quoteIdent(index.name)}`;

/**
 * Builds an index concurrently (back, where it is a drop that is undone): recorded as started, its effect found in the catalog, recorded as done. May be repeated
 * after any interruption. What a build leaves that did not come to its end is taken away: at once where that is quick
 * (an invalid unique index still refuses rows), else before the next try.
 */
export async function buildIndex(
  context: MoveContext,
  phase: Phase,
  step: Step,
  index: IndexWork,
  direction: Direction = 'forward',
): Promise<void> {
  await context.checkpoint();
  await recordOutside(context, phase, step, direction, 'started');
  // An invalid index is what a build leaves that was interrupted; IF NOT EXISTS would keep it silently.
  if ((await indexState(context, index)) === 'invalid') {
    await context.emit({ type: 'index_restarted', stepId: step.id, index: index.name });
    await outsideTransaction(context, step, dropStatement(index));
  }
  if ((await indexState(context, index)) === 'absent') {
    try {
      for (const statement of direction === 'forward' ? step.sql : step.undo)
        await outsideTransaction(context, step, statement);
    } catch (error) {
      await cleanUp(context, step, index, error);
      throw error;
    }
  }
  if ((await indexState(context, index)) !== 'valid') {
    throw new SegueError('step_failed', `The index "${index.name}" did not become valid.`, {
      object: index.name,
      next: 'Retry: it is dropped and built again.',
    });
  }
  await recordOutside(context, phase, step, direction, 'done');
}

/** Takes away what a stopped or failed build left. Where that takes long it is left for the next try, and said. */
async function cleanUp(context: MoveContext, step: Step, index: IndexWork, why: unknown): Promise<void> {
  if (isConnectionError(why) || context.lease.lost.aborted) return;
  // The worker has to go; a rollback drops it itself.
  if (why instanceof LeaveMove && why.why !== 'paused') return;
  try {
    await outsideTransaction(context, step, dropStatement(index), { statementMs: CLEAN_UP_MS });
    await context.emit({ type: 'index_cleaned', stepId: step.id, index: index.name, left: false });
  } catch (error) {
    if (isConnectionError(error)) return;
    await context.emit({ type: 'index_cleaned', stepId: step.id, index: index.name, left: true });
  }
}

/**
 * Takes an index away concurrently. May be repeated; an index that is gone already (with its constraint) is no error. A step
 * that only builds, on its way back, takes what it had built away when that way is turned round.
 */
export async function dropIndex(
  context: MoveContext,
  phase: Phase,
  step: Step,
  index: IndexWork,
  direction: Direction = 'back',
): Promise<void> {
  await context.checkpoint();
  await recordOutside(context, phase, step, direction, 'started');
  if ((await indexState(context, index)) !== 'absent') {
    const planned = direction === 'forward' ? step.sql : step.undo;
    for (const statement of planned.length > 0 ? planned : [dropStatement(index)])
      await outsideTransaction(context, step, statement);
  }
  await recordOutside(context, phase, step, direction, 'done');
}

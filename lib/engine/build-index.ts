import type postgres from 'postgres';
import { SegueError } from '@/lib/core/errors';
import type { IndexWork, Phase, Step } from '@/lib/core/plan';
import type { Direction } from '@/lib/core/rollout';
import { quoteIdent } from '@/lib/core/sql-text';
import type { MoveContext } from './move-context';
import { isConnectionError } from './target';

type IndexState = 'absent' | 'valid' | 'invalid';

async function indexState(context: MoveContext, index: IndexWork): Promise<IndexState> {
  const [row] = await context.lease.session.sql<{ valid: boolean }[]>`
    SELECT i.indisvalid AS valid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ${index.table.schema} AND c.relname = ${index.name}`;
  return row === undefined ? 'absent' : row.valid ? 'valid' : 'invalid';
}

/**
 * A statement that cannot run in a transaction, on a session whose timeouts would otherwise end it: a concurrent build
 * waits for old snapshots of the whole database. The session belongs to the lease and dies with it.
 */
async function outsideTransaction(context: MoveContext, statement: string): Promise<void> {
  context.lease.assertHeld();
  const connection = await context.lease.session.sql.reserve();
  try {
    await connection`SET lock_timeout = 0`;
    await connection`SET statement_timeout = 0`;
    context.lease.assertHeld();
    await connection.unsafe(statement);
  } catch (error) {
    // The connection is gone and its session with it: nothing to reset, and nobody would answer.
    if (!isConnectionError(error)) await backToNormal(connection);
    throw error;
  }
  await backToNormal(connection);
}

async function backToNormal(connection: postgres.ReservedSql): Promise<void> {
  await connection`RESET lock_timeout`;
  await connection`RESET statement_timeout`;
  connection.release();
}

async function record(
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
        ON CONFLICT (rollout_id, step_id, direction, attempt) DO UPDATE SET epoch = EXCLUDED.epoch`;
    } else {
      await tx`
        UPDATE segue.steps SET state = 'done', done_at = clock_timestamp()
        WHERE rollout_id = ${lease.rolloutId} AND step_id = ${step.id} AND direction = ${direction} AND state = 'started'`;
    }
  });
}

/** Builds an index concurrently: recorded as started, its effect found in the catalog, recorded as done. May be repeated after any interruption. */
export async function buildIndex(
  context: MoveContext,
  phase: Phase,
  step: Step,
  index: IndexWork,
): Promise<void> {
  await context.checkpoint();
  await record(context, phase, step, 'forward', 'started');
  // An invalid index is what a build leaves that was interrupted; IF NOT EXISTS would keep it silently.
  if ((await indexState(context, index)) === 'invalid') {
    await context.emit({ type: 'index_restarted', stepId: step.id, index: index.name });
    await outsideTransaction(
      context,
      `DROP INDEX CONCURRENTLY IF EXISTS ${quoteIdent(index.table.schema)}.${quoteIdent(index.name)}`,
    );
  }
  if ((await indexState(context, index)) === 'absent') {
    for (const statement of step.sql) await outsideTransaction(context, statement);
  }
  if ((await indexState(context, index)) !== 'valid') {
    throw new SegueError('step_failed', `The index "${index.name}" did not become valid.`, {
      object: index.name,
      next: 'Retry: it is dropped and built again.',
    });
  }
  await record(context, phase, step, 'forward', 'done');
}

/** Takes an index away concurrently. May be repeated; an index that is gone already (with its constraint) is no error. */
export async function dropIndex(
  context: MoveContext,
  phase: Phase,
  step: Step,
  index: IndexWork,
): Promise<void> {
  await context.checkpoint();
  await record(context, phase, step, 'back', 'started');
  if ((await indexState(context, index)) !== 'absent') {
    for (const statement of step.undo) await outsideTransaction(context, statement);
  }
  await record(context, phase, step, 'back', 'done');
}

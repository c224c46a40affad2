import { type Blocker, blockersAsEvidence, blockersInWords } from '@/lib/core/blocker';
import type { SegueError } from '@/lib/core/errors';
import type { Step } from '@/lib/core/plan';
import { retainedWalStop } from './backfill/throttle/retained-wal';
import { readBlockers } from './blockers';
import type { LeaveMove, MoveContext } from './move-context';
import { sqlStateOf } from './target';

const LOOK_MS = 500;

/**
 * Lets a statement that makes nobody wait, and so has no timeout, run as long as it must: an index build, a validation.
 * Meanwhile it names on the page whom the statement waits for, and cancels it when a person pauses or turns round or the
 * worker has to stop; then throws LeaveMove. A build also ends, with `limit_reached`, where a slot retains too much WAL.
 * `pid` is the session in which `run` works.
 */
export async function watchStatement<T>(
  context: MoveContext,
  step: Step,
  pid: number,
  run: () => Promise<T>,
): Promise<T> {
  const work = run();
  let over = false;
  const settled = work.then(
    () => {
      over = true;
    },
    () => {
      over = true;
    },
  );
  let leave: LeaveMove | SegueError | null = null;
  for (;;) {
    await Promise.race([settled, context.sleep(LOOK_MS)]);
    if (over) break;
    leave ??=
      (await context.stopAsked()) ?? (step.kind === 'build_index' ? await retainedWalStop(context) : null);
    if (leave !== null) {
      // A cancel that comes between two statements of a transaction is lost: it is asked again until it is over.
      await context.lease.session.sql`SELECT pg_cancel_backend(${pid}::integer)`;
    } else {
      await sayWhoBlocks(context, step);
    }
  }
  try {
    const result = await work;
    await context.goOn();
    return result;
  } catch (error) {
    if (leave !== null && sqlStateOf(error) === '57014') throw leave;
    throw error;
  }
}

async function sayWhoBlocks(context: MoveContext, step: Step): Promise<void> {
  const blockers = await readBlockers(context.lease.session, {
    tables: [],
    rolloutId: context.lease.rolloutId,
  });
  if (blockers.length === 0) return context.goOn();
  await context.hold(step.id, [
    {
      kind: 'statement',
      culprit: step.title,
      message: waitSentence(step, blockers),
      evidence: blockersAsEvidence(blockers),
    },
  ]);
}

function waitSentence(step: Step, blockers: readonly Blocker[]): string {
  const what =
    step.kind === 'build_index'
      ? 'a concurrent index build waits for transactions that began before it'
      : 'it waits for others that hold the table';
  return `${what}: ${blockersInWords(blockers)}. Your application is not held up.`;
}

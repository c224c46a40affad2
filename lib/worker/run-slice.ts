import { SegueError } from '@/lib/core/errors';
import { answered, SHORT_WORK_MS } from '@/lib/engine/answered';
import { findRollout } from '@/lib/engine/rollouts';
import { type MoveOutcome, runMove } from '@/lib/engine/run-move';
import { openTarget, type Target } from '@/lib/engine/target';
import { logger } from '@/lib/services/logger';
import { readSummary } from '@/lib/services/progress-summary';
import type { ServiceContext } from '@/lib/services/service-context';
import { targetIdOf } from '@/lib/services/target-id';
import { targetUrl, withoutSecrets } from '@/lib/services/target-pool';
import { cacheFact } from '@/lib/store/rollouts';
import {
  beat,
  claimRun,
  findOpenRun,
  releaseRun,
  requeueRun,
  type StoredRun,
  settleRun,
} from '@/lib/store/runs';
import type { RunError } from '@/lib/store/tables/runs';
import { findTransitionOfRollout, type TransitionRecord } from '@/lib/store/transitions';
import { eventRecorder } from './record-events';

/** How long one job works before it gives way: short, so that a restart or a second worker loses little. */
const SLICE_MS = 5000;
const BEAT_MS = 1000;
/** Waits between tries while the target cannot be reached: 1, 2, 4, then every 5 s, for ever. */
const MAX_RETRY_MS = 5000;

export interface SliceOptions {
  /** Unique for the process; written into the run and, as the lease's owner, into the target. */
  readonly worker: string;
  readonly signal: AbortSignal;
  readonly sliceMs?: number;
}

/** A run that wants to be looked at, after a time. */
export interface NextLook {
  readonly runId: string;
  readonly inMs: number;
}

/**
 * Works on a run for one slice: claims it, moves the target, records how it went. Does nothing when another live worker has
 * it. Returns which run of the rollout wants to be looked at next, if any. Never throws for what the target does.
 */
export async function runSlice(
  context: ServiceContext,
  runId: string,
  options: SliceOptions,
): Promise<NextLook | null> {
  const run = await claimRun(context.control, runId, options.worker);
  if (run === null) return null;
  const record = await findTransitionOfRollout(context.control, run.rolloutId);
  if (record === null) return null;
  const stop = new AbortController();
  const heart = setInterval(() => {
    beat(context.control, run.id, options.worker).then(
      (mine) => {
        if (!mine) stop.abort();
      },
      (error: unknown) => logger.warn({ err: error, run: run.id }, 'the heartbeat was not recorded'),
    );
  }, BEAT_MS);
  try {
    const outcome = await move(context, record, run, {
      ...options,
      signal: AbortSignal.any([options.signal, stop.signal]),
    });
    const inMs = await settle(context, run, options.worker, outcome);
    if (inMs !== null) return { runId: run.id, inMs };
    // Somebody turned it round meanwhile: the run that took its place has waited for this lease.
    const open = await findOpenRun(context.control, run.rolloutId);
    return open === null || open.id === run.id || open.state !== 'queued'
      ? null
      : { runId: open.id, inMs: 0 };
  } finally {
    clearInterval(heart);
  }
}

type SliceOutcome = MoveOutcome | { readonly kind: 'outage'; readonly error: RunError };

async function move(
  context: ServiceContext,
  record: TransitionRecord,
  run: StoredRun,
  options: SliceOptions,
): Promise<SliceOutcome> {
  const rolloutId = targetIdOf(record.rollout);
  let url: string | null = null;
  let target: Target | null = null;
  const recorder = eventRecorder(context, run.id, async () => {
    if (target !== null) await copyFact(context, record, target, rolloutId);
  });
  try {
    url = targetUrl(context.key, record.database);
    target = openTarget({ url, tls: record.database.tls, applicationName: 'segue worker' });
    const outcome = await runMove(target, {
      rolloutId,
      owner: options.worker,
      signal: options.signal,
      sliceMs: options.sliceMs ?? SLICE_MS,
      onEvent: recorder.record,
    });
    await copyFact(context, record, target, rolloutId);
    return outcome;
  } catch (error) {
    const safe = url === null ? error : withoutSecrets(error, url);
    const known = toRunError(safe, run.id);
    // The database was restored to a time before: asking again would find the same.
    return known.code === 'not_found' ? { kind: 'failed', error: known } : { kind: 'outage', error: known };
  } finally {
    await recorder.flush();
    await target?.close();
  }
}

async function copyFact(
  context: ServiceContext,
  record: TransitionRecord,
  target: Target,
  rolloutId: string,
): Promise<void> {
  const fact = await answered(target, SHORT_WORK_MS, findRollout(target, { id: rolloutId }));
  if (fact === null) return;
  const summary = await answered(target, SHORT_WORK_MS, readSummary(target, fact));
  await cacheFact(context.control, record.rollout.id, fact, summary);
}

/** Records the outcome in the run. */
async function settle(
  context: ServiceContext,
  run: StoredRun,
  worker: string,
  outcome: SliceOutcome,
): Promise<number | null> {
  const { control } = context;
  switch (outcome.kind) {
    case 'completed':
      await settleRun(control, run.id, worker, { state: 'done', error: null });
      return null;
    case 'failed':
      await settleRun(control, run.id, worker, {
        state: 'failed',
        error: {
          code: outcome.error.code,
          message: outcome.error.message,
          next: outcome.error.next ?? null,
          evidence: outcome.error.evidence ?? null,
        },
      });
      return null;
    case 'paused':
      await settleRun(control, run.id, worker, { state: 'paused', error: null });
      // Somebody may have resumed it between the engine's stop and this line.
      return (await isMoving(context, run)) && (await requeueRun(control, run.rolloutId)) !== null ? 0 : null;
    case 'yielded':
      return (await releaseRun(control, run.id, worker, { retryInMs: 0, outages: 0, error: null }))
        ? 0
        : null;
    case 'stopped':
      await releaseRun(control, run.id, worker, { retryInMs: 0, outages: run.outages, error: run.error });
      return null;
    case 'busy': {
      const retryInMs = Math.max(100, outcome.retryInMs);
      const mine = await releaseRun(control, run.id, worker, { retryInMs, outages: 0, error: null });
      return mine ? retryInMs : null;
    }
    case 'outage': {
      const retryInMs = Math.min(MAX_RETRY_MS, 1000 * 2 ** Math.min(run.outages, 10));
      const mine = await releaseRun(control, run.id, worker, {
        retryInMs,
        outages: run.outages + 1,
        error: outcome.error,
      });
      return mine ? retryInMs : null;
    }
  }
}

async function isMoving(context: ServiceContext, run: StoredRun): Promise<boolean> {
  const record = await findTransitionOfRollout(context.control, run.rolloutId);
  if (record === null) return false;
  try {
    const fact = await context.targets.use(record.database, (target) =>
      findRollout(target, { id: targetIdOf(record.rollout) }),
    );
    return fact?.activity === 'running' || fact?.activity === 'held';
  } catch (error) {
    // The reconciler compares target and runs later.
    if (error instanceof SegueError) return false;
    throw error;
  }
}

function toRunError(error: unknown, run: string): RunError {
  if (error instanceof SegueError) {
    return {
      code: error.code,
      message: error.message,
      next: error.next ?? null,
      evidence: error.evidence ?? null,
    };
  }
  logger.error({ err: error, run }, 'a slice ended in an unexpected error');
  return {
    code: 'internal',
    message: 'An unexpected error; it is tried again.',
    next: `Look for run ${run} in the log.`,
    evidence: null,
  };
}

import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { logger } from '@/lib/services/logger';
import type { ServiceContext } from '@/lib/services/service-context';
import { syncDatabases } from '@/lib/services/sync-databases';
import { listOrphanedRuns } from '@/lib/store/runs';
import { runSlice } from './run-slice';

const RECONCILE_MS = 2000;
/** Targets are compared with the runs at every so many-th round of the reconciler. */
const SYNC_EVERY = 5;
const CONCURRENCY = 4;
const STOP_MS = 8000;

export interface Worker {
  readonly id: string;
  /** Lets slices come to their next safe point, gives their runs back and returns. May be called twice. */
  stop(): Promise<void>;
}

/**
 * Works off the queue with several hands, and reconciles: runs without a live worker are asked for again, moves that the
 * target has open without a run get one. Any number of workers may run at once.
 */
export async function startWorker(
  context: ServiceContext,
  options: { readonly concurrency?: number; readonly sliceMs?: number } = {},
): Promise<Worker> {
  const id = `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`;
  const stopping = new AbortController();
  const timers = new Set<NodeJS.Timeout>();

  const later = (runId: string, inMs: number): void => {
    if (stopping.signal.aborted) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      context.queue.enqueue(runId).catch(report);
    }, inMs);
    timers.add(timer);
  };

  await context.queue.work(options.concurrency ?? CONCURRENCY, async (runId) => {
    if (stopping.signal.aborted) return;
    const next = await runSlice(context, runId, {
      worker: id,
      signal: stopping.signal,
      sliceMs: options.sliceMs,
    });
    if (next === null) return;
    if (next.inMs === 0) await context.queue.enqueue(next.runId);
    else later(next.runId, next.inMs);
  });

  let round = 0;
  let reconciling: Promise<void> = Promise.resolve();
  let busy = false;
  const heart = setInterval(() => {
    if (busy || stopping.signal.aborted) return;
    busy = true;
    round += 1;
    reconciling = reconcile(context, round % SYNC_EVERY === 0)
      .catch(report)
      .finally(() => {
        busy = false;
      });
  }, RECONCILE_MS);

  let stopped: Promise<void> | null = null;
  const stop = async (): Promise<void> => {
    stopping.abort();
    clearInterval(heart);
    for (const timer of timers) clearTimeout(timer);
    await reconciling;
    await context.queue.stop(STOP_MS);
    logger.info({ worker: id }, 'worker stopped');
  };
  logger.info({ worker: id }, 'worker started');
  return {
    id,
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}

/** One round. */
async function reconcile(context: ServiceContext, withTargets: boolean): Promise<void> {
  for (const runId of await listOrphanedRuns(context.control)) await context.queue.enqueue(runId);
  // Others are looked at when somebody opens the list: a target at rest keeps no connection of ours.
  if (withTargets) await syncDatabases(context, 'in use');
}

function report(error: unknown): void {
  logger.warn({ err: error }, 'the worker could not reach the control database');
}

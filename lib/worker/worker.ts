import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { logger } from '@/lib/services/logger';
import type { ServiceContext } from '@/lib/services/service-context';
import { syncDatabases } from '@/lib/services/sync-databases';
import { keepRolloutsFresh, watchRollouts } from '@/lib/services/watch-rollouts';
import { listOrphanedRuns } from '@/lib/store/runs';
import { proveNextPlan } from './prove-plans';
import { runSlice } from './run-slice';

/** With the heartbeat's limit this is what a killed worker's run waits: four seconds, in which its lease ends too. */
const RECONCILE_MS = 1000;
/** How often targets are compared with the runs. Those without an open transition are looked at when somebody opens the list. */
const SYNC_MS = 10_000;
/** How often resting rollouts are watched for a changed schema. */
const WATCH_MS = 30_000;
/** How often it is looked whether a comparison is about to be too old. */
const FRESH_MS = 60_000;
/** How often plans without a proof are looked for; one is proved at a time, beside everything else. */
const PROVE_MS = 1000;
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

  // Apart from each other: a target that does not answer must not keep the runs on others waiting.
  const loops = [
    repeat(RECONCILE_MS, stopping.signal, () => askForOrphans(context)),
    repeat(SYNC_MS, stopping.signal, () => syncDatabases(context, 'in use')),
    repeat(WATCH_MS, stopping.signal, () => watchRollouts(context)),
    repeat(FRESH_MS, stopping.signal, () => keepRolloutsFresh(context)),
    repeat(PROVE_MS, stopping.signal, async () => {
      await proveNextPlan(context, { worker: id, signal: stopping.signal });
    }),
  ];

  let stopped: Promise<void> | null = null;
  const stop = async (): Promise<void> => {
    stopping.abort();
    for (const timer of timers) clearTimeout(timer);
    await Promise.race([
      Promise.all([context.queue.stop(STOP_MS), ...loops]),
      sleep(STOP_MS + 1000, undefined, { ref: false }),
    ]);
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

/** Runs without a live worker are asked for again. */
async function askForOrphans(context: ServiceContext): Promise<void> {
  for (const runId of await listOrphanedRuns(context.control)) await context.queue.enqueue(runId);
}

/** Calls `work` every so often, one call at a time, until the signal; ends with the call in hand. Errors are reported. */
async function repeat(everyMs: number, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    await sleep(everyMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    await work().catch(report);
  }
}

function report(error: unknown): void {
  logger.warn({ err: error }, 'the worker could not reach the control database');
}

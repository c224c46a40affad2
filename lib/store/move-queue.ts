import PgBoss from 'pg-boss';
import { postgres } from '@/lib/driver/postgres';

/** Name of the queue whose jobs are slices of runs. */
const MOVE_QUEUE = 'move';
/** A slice is short, but for an index build or a validation, which cannot be cut. Liveness is the runs' heartbeat, not this. */
const JOB_LIMIT_S = 12 * 60 * 60;
const CHANNEL = 'segue_moves';

export interface MoveQueue {
  /** Asks for a slice of a run; does nothing while one is asked for already. */
  enqueue(runId: string): Promise<void>;
  /** Works off jobs with `concurrency` hands until {@link stop}; a notification wakes them, polling is the safety net. */
  work(concurrency: number, handler: (runId: string) => Promise<void>): Promise<void>;
  /** Lets running handlers finish for at most `timeoutMs`. May be called twice. */
  stop(timeoutMs: number): Promise<void>;
}

/**
 * The durable queue on the control database, in a pg-boss schema of its own. A job is only a wish to look at a run: whoever
 * takes it claims the run first (`claimRun`), so a job too many does no harm and a lost one is asked for anew by the
 * reconciler. `onError` gets the library's background errors.
 */
export async function openMoveQueue(url: string, onError: (error: Error) => void): Promise<MoveQueue> {
  const boss = new PgBoss({
    connectionString: url,
    schema: 'segue_jobs',
    application_name: 'segue queue',
    max: 6,
    schedule: false,
    archiveCompletedAfterSeconds: 600,
    deleteAfterHours: 1,
  });
  boss.on('error', onError);
  await boss.start();
  await boss.createQueue(MOVE_QUEUE, {
    name: MOVE_QUEUE,
    policy: 'short',
    retryLimit: 0,
    expireInSeconds: JOB_LIMIT_S,
  });
  const notifier = postgres(url, {
    max: 2,
    idle_timeout: 60,
    onnotice: () => undefined,
    connection: { application_name: 'segue queue' },
  });
  let stopped = false;

  return {
    async enqueue(runId) {
      await boss.send(MOVE_QUEUE, { runId }, { singletonKey: runId, expireInSeconds: JOB_LIMIT_S });
      await notifier.notify(CHANNEL, runId);
    },
    async work(concurrency, handler) {
      const workers: string[] = [];
      for (let hand = 0; hand < concurrency; hand += 1) {
        const id = await boss.work<{ runId: string }>(
          MOVE_QUEUE,
          { batchSize: 1, pollingIntervalSeconds: 2 },
          async ([job]) => {
            if (job !== undefined) await handler(job.data.runId);
          },
        );
        workers.push(id);
      }
      await notifier.listen(CHANNEL, () => {
        for (const id of workers) boss.notifyWorker(id);
      });
    },
    async stop(timeoutMs) {
      if (stopped) return;
      stopped = true;
      await boss.stop({ graceful: true, wait: true, timeout: timeoutMs });
      await notifier.end({ timeout: 2 });
    },
  };
}

import type { MoveEvent } from '@/lib/engine/run-move';
import { logger } from '@/lib/services/logger';
import type { ServiceContext } from '@/lib/services/service-context';
import { addBatch, addEvent } from '@/lib/store/events';
import { cacheProgress } from '@/lib/store/rollouts';
import type { StoredRollout } from '@/lib/store/transitions';

/** Batches are summed up and written at most this often. */
const FLUSH_MS = 1000;

interface EventRecorder {
  /** Takes an event of the engine; never throws and never keeps a batch waiting. */
  record(event: MoveEvent): Promise<void>;
  /** Writes what is not written yet. */
  flush(): Promise<void>;
}

interface Pending {
  readonly stepId: string;
  batches: number;
  rows: number;
  /** 0…1 where the engine said it. */
  share: number | null;
}

/** Copies the engine's events into the control database. They are for people: losing one changes no fact. */
export function eventRecorder(
  context: ServiceContext,
  run: { readonly runId: string; readonly rollout: StoredRollout },
): EventRecorder {
  let pending: Pending | null = null;
  let flushedAt = 0;
  let last: Promise<void> = Promise.resolve();

  const write = (work: () => Promise<void>): Promise<void> => {
    last = last
      .then(work)
      .catch((error: unknown) => logger.warn({ err: error, run: run.runId }, 'an event was not recorded'));
    return last;
  };

  const flushBatches = (): Promise<void> => {
    if (pending === null) return last;
    const { stepId, batches, rows, share } = pending;
    pending = null;
    flushedAt = Date.now();
    return write(async () => {
      await addBatch(context.control, { runId: run.runId, stepId, batches, rows });
      const before = run.rollout.progress;
      if (share !== null) {
        await cacheProgress(context.control, run.rollout.id, {
          passed: before?.passed ?? 0,
          failed: before?.failed ?? 0,
          inconclusive: before?.inconclusive ?? 0,
          backfill: share,
        });
      }
    });
  };

  return {
    async record(event) {
      if (event.type === 'batch') {
        const stepId = String(event.stepId ?? '');
        if (pending !== null && pending.stepId !== stepId) void flushBatches();
        pending ??= { stepId, batches: 0, rows: 0, share: null };
        pending.batches += 1;
        pending.rows += Number(event.rows ?? 0) || 0;
        pending.share = shareOf(event);
        if (Date.now() - flushedAt >= FLUSH_MS) void flushBatches();
        return;
      }
      void flushBatches();
      const { type, ...payload } = event;
      void write(() => addEvent(context.control, { runId: run.runId, type, payload }));
    },
    async flush() {
      await flushBatches();
      await last;
    },
  };
}

function shareOf(event: MoveEvent): number | null {
  const seen = Number(event.rowsSeen);
  const total = Number(event.rowsTotal);
  if (!Number.isFinite(seen) || !Number.isFinite(total) || total <= 0) return null;
  return Math.min(0.99, seen / total);
}

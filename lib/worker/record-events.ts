import type { MoveEvent } from '@/lib/engine/run-move';
import { logger } from '@/lib/services/logger';
import type { ServiceContext } from '@/lib/services/service-context';
import { addBatch, addEvent } from '@/lib/store/events';

/** Batches are summed up and written at most this often; as often the fact is copied for the lists. */
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
}

/** Copies the engine's events into the control database. They are for people: losing one changes no fact. */
export function eventRecorder(
  context: ServiceContext,
  runId: string,
  copyFact: () => Promise<void>,
): EventRecorder {
  let pending: Pending | null = null;
  let flushedAt = Date.now();
  let last: Promise<void> = Promise.resolve();

  const write = (work: () => Promise<void>): Promise<void> => {
    last = last
      .then(work)
      .catch((error: unknown) => logger.warn({ err: error, run: runId }, 'an event was not recorded'));
    return last;
  };

  const flushBatches = (): Promise<void> => {
    if (pending === null) return last;
    const batch = { runId, ...pending };
    pending = null;
    flushedAt = Date.now();
    return write(() => addBatch(context.control, batch));
  };

  return {
    async record(event) {
      if (event.type === 'batch') {
        const stepId = String(event.stepId ?? '');
        if (pending !== null && pending.stepId !== stepId) void flushBatches();
        pending ??= { stepId, batches: 0, rows: 0 };
        pending.batches += 1;
        pending.rows += Number(event.rows ?? 0);
        if (Date.now() - flushedAt >= FLUSH_MS) {
          void flushBatches();
          void write(copyFact);
        }
        return;
      }
      void flushBatches();
      const { type, ...payload } = event;
      void write(() => addEvent(context.control, { runId, type, payload }));
    },
    async flush() {
      await flushBatches();
      await last;
    },
  };
}

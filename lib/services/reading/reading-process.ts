import os from 'node:os';
import { SegueError } from '@/lib/core/errors';
import { answered } from '@/lib/engine/answered';
import { openTarget } from '@/lib/engine/target';
import { LONG_WORK_MS, withoutSecrets } from '../target-pool';
import type { ReadingAnswer, ReadingJob } from './reading-job';
import { doReading, type ReadingKind } from './readings';

/** One reading of a long file, in a process of its own: it keeps a processor busy for seconds, and can be ended at any moment. */
async function answer<K extends ReadingKind>(job: ReadingJob<K>): Promise<ReadingAnswer<K>> {
  const target = openTarget({ ...job.target, applicationName: 'segue dashboard' });
  const place = {
    ask: async <T>(work: (asked: typeof target) => Promise<T>): Promise<T> => {
      try {
        return await answered(target, LONG_WORK_MS, work(target));
      } catch (error) {
        throw withoutSecrets(error, job.target.url);
      }
    },
    // Nobody else waits for this processor.
    breathe: () => Promise.resolve(),
  };
  try {
    return { kind: 'read', result: await doReading(place, job.reading) };
  } catch (error) {
    if (!(error instanceof SegueError))
      return {
        kind: 'fault',
        fault: error instanceof Error ? (error.stack ?? error.message) : String(error),
      };
    const { code, message, object, next, evidence } = error;
    return { kind: 'refused', error: { code, message, object, next, evidence } };
  } finally {
    await target.close(0);
  }
}

// Somebody waits for it, and everybody else for the server: a little behind that.
const PRIORITY = 5;
if (os.getPriority() < PRIORITY) os.setPriority(PRIORITY);
process.once('SIGTERM', () => process.exit(0));
// Its server is gone: nobody waits any more.
process.once('disconnect', () => process.exit(0));
process.once('message', (job: ReadingJob<ReadingKind>) => {
  void answer(job).then((result) => process.send?.(result, undefined, {}, () => process.exit(0)));
});

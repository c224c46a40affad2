import { logger } from '@/lib/services/logger';
import { serviceContext } from '@/lib/services/service-context';
import { startWorker, type Worker } from './worker';

declare global {
  // One process holds several copies of this module (instrumentation, page, route); they share one worker.
  var segueWorker: Promise<Worker> | undefined;
}

/**
 * Starts this process's worker once, and stops it on SIGTERM and SIGINT. A control database that is away is tried again
 * every 2 s. May be called often.
 */
export function startProcessWorker(options: { readonly exitAfterStop: boolean }): Promise<Worker> {
  globalThis.segueWorker ??= startWhenReady().then((worker) => {
    const stop = (): void => {
      void worker
        .stop()
        .catch((error: unknown) => logger.error({ err: error }, 'the worker did not stop cleanly'))
        .finally(() => {
          if (options.exitAfterStop) process.exit(0);
        });
    };
    process.once('SIGTERM', stop);
    process.once('SIGINT', stop);
    return worker;
  });
  return globalThis.segueWorker;
}

async function startWhenReady(): Promise<Worker> {
  for (;;) {
    try {
      return await startWorker(await serviceContext());
    } catch (error) {
      logger.error({ err: error }, 'the worker cannot start yet');
      await new Promise((resolve) => setTimeout(resolve, 2000));
    }
  }
}

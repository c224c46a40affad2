import { SegueError } from '@/lib/core/errors';
import type { Target } from './target';

/** Enough for a row to be read or written, also where somebody holds it for a moment. */
export const SHORT_WORK_MS = 15_000;

/**
 * The same promise, or `connection_failed` when it has not settled after `ms`. For work that is short by nature: a network
 * that swallows packets is else found out only when TCP gives up, a quarter of an hour later.
 */
export async function answered<T>(
  target: Pick<Target, 'options'>,
  ms: number,
  work: PromiseLike<T>,
): Promise<T> {
  const url = new URL(target.options.url);
  const where = `${url.hostname}:${url.port === '' ? '5432' : url.port}`;
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new SegueError(
            'connection_failed',
            `The database "${url.pathname.slice(1)}" at ${where} gives no answer.`,
            {
              object: where,
              next: 'Check the network between this machine and the server.',
            },
          ),
        ),
      ms,
    );
  });
  try {
    return await Promise.race([work, silence]);
  } finally {
    clearTimeout(timer);
  }
}

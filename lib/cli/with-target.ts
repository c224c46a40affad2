import { SegueError } from '@/lib/core/errors';
import { openTarget, type Target } from '@/lib/engine/target';

/** Opens a target for the time of one piece of work. */
export async function withTarget<T>(url: string, work: (target: Target) => Promise<T>): Promise<T> {
  const target = openTarget({ url, applicationName: 'segue cli' });
  try {
    return await work(target);
  } finally {
    await target.close();
  }
}

/** The URL of --database. Throws `invalid_input`. */
export function requireDatabase(url: string | undefined): string {
  if (url !== undefined) return url;
  throw new SegueError('invalid_input', 'No database is given.', {
    next: 'Add --database postgres://user:password@host:5432/database.',
  });
}

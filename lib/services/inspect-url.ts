import { SegueError } from '@/lib/core/errors';
import { answered } from '@/lib/engine/answered';
import { inspectDatabase } from '@/lib/engine/inspect-database';
import { openTarget, type TargetOptions } from '@/lib/engine/target';
import type { StoredReport } from '@/lib/store/tables/databases';
import { storedReport } from './database-view';
import { LONG_WORK_MS, withoutSecrets } from './target-pool';

/** Refuses what is no PostgreSQL URL with a host and a database; the message never repeats the URL. */
export function requirePostgresUrl(url: string): URL {
  const next = 'Write it as postgres://user:password@host:5432/database.';
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch (cause) {
    throw new SegueError('invalid_input', 'The URL cannot be read.', { object: 'url', next, cause });
  }
  if (parsed.protocol !== 'postgres:' && parsed.protocol !== 'postgresql:') {
    throw new SegueError('invalid_input', `The URL begins with "${parsed.protocol}", not with "postgres:".`, {
      object: 'url',
      next,
    });
  }
  if (parsed.hostname === '' || parsed.pathname.length < 2) {
    throw new SegueError('invalid_input', 'The URL names no host or no database.', { object: 'url', next });
  }
  return parsed;
}

/** Connects and looks at what is there. Throws `connection_failed` and the like, without the password. */
export async function inspectUrl(options: Pick<TargetOptions, 'url' | 'tls'>): Promise<StoredReport> {
  requirePostgresUrl(options.url);
  const target = openTarget({ ...options, applicationName: 'segue test', max: 1 });
  try {
    return storedReport(await answered(target, LONG_WORK_MS, inspectDatabase(target)));
  } catch (error) {
    throw withoutSecrets(error, options.url);
  } finally {
    await target.close();
  }
}

import { SegueError } from '@/lib/core/errors';
import { recordReport } from '@/lib/store/databases';
import type { DatabaseReportView, DatabaseView } from '@/lib/views/transition-view';
import { databaseView, reportView } from './database-view';
import { inspectUrl, requirePostgresUrl } from './inspect-url';
import { requireDatabase } from './require-record';
import type { ServiceContext } from './service-context';
import { targetUrl } from './target-pool';

/** Tests the connection of a database and stores what was found, also that it could not be reached. */
export async function testDatabase(context: ServiceContext, input: { id: string }): Promise<DatabaseView> {
  const database = await requireDatabase(context.control, input.id);
  const outcome = await attempt(() =>
    inspectUrl({ url: targetUrl(context.key, database), tls: database.tls }),
  );
  return databaseView((await recordReport(context.control, database.id, outcome)) ?? database);
}

/** Tests a URL before it is added; stores nothing. Throws `invalid_input` for what is no URL. */
export async function testNewDatabase(input: {
  url: string;
  tls?: 'disable' | 'prefer' | 'require' | 'verify-full';
}): Promise<DatabaseReportView> {
  requirePostgresUrl(input.url);
  const outcome = await attempt(() => inspectUrl(input));
  return 'report' in outcome ? reportView(outcome.report, null) : reportView(null, outcome.unreachable);
}

async function attempt<T>(work: () => Promise<T>): Promise<{ report: T } | { unreachable: string }> {
  try {
    return { report: await work() };
  } catch (error) {
    if (!(error instanceof SegueError)) throw error;
    return { unreachable: [error.message, error.next].filter((part) => part !== undefined).join(' ') };
  }
}

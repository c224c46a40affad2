import { existsSync } from 'node:fs';
import path from 'node:path';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import { SegueError } from '@/lib/core/errors';
import { postgres } from '@/lib/driver/postgres';

/** Any constant: processes that start at once queue up behind it. */
const MIGRATION_LOCK = 7_332_401;

/**
 * Brings the control database to this version's schema. drizzle's migrator takes no lock, so one is held around it. Throws
 * `connection_failed` with the reason, never the URL. May be called often and by several processes at once.
 */
export async function migrateControlDatabase(url: string, folder = migrationsFolder()): Promise<void> {
  const client = postgres(url, {
    max: 1,
    connect_timeout: 10,
    onnotice: () => undefined,
    connection: { application_name: 'segue control migration' },
  });
  try {
    await client`select pg_advisory_lock(${MIGRATION_LOCK})`;
    await migrate(drizzle(client), {
      migrationsFolder: folder,
      migrationsSchema: 'segue_control',
      migrationsTable: 'migrations',
    });
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.cause instanceof Error ? cause.cause : cause).message : '';
    throw new SegueError(
      'connection_failed',
      `The control database cannot be brought up to date: ${reason}`,
      {
        object: 'control database',
        next: 'Check that DATABASE_URL names a database in which Segue may create schemas.',
        cause,
      },
    );
  } finally {
    // Ending the session gives the lock back, also after an error.
    await client.end({ timeout: 5 });
  }
}

function migrationsFolder(): string {
  const folder = path.join(process.env.SEGUE_ROOT ?? process.cwd(), 'drizzle');
  if (existsSync(path.join(folder, 'meta', '_journal.json'))) return folder;
  throw new SegueError('internal', `The control database's migrations are not in "${folder}".`, {
    object: folder,
    next: 'Start Segue from its own folder, or set SEGUE_ROOT to it.',
  });
}

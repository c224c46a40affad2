import { SegueError } from '@/lib/core/errors';
import { postgres } from '@/lib/driver/postgres';
import { EMBEDDED_MAJOR, SUPPORTED_MAJORS } from './binaries';
import { startEmbeddedServer } from './embedded-server';

const CONTROL_DATABASE = 'segue_control';

declare global {
  // One process holds several copies of this module (page, route, instrumentation); they share one answer.
  var segueControlDatabaseUrl: Promise<string> | undefined;
}

/**
 * URL of the control database: DATABASE_URL, or the database `segue_control` of the embedded server, which is started and
 * made when needed. Throws `unsupported_version` or `connection_failed` for a DATABASE_URL that cannot be used. May be
 * called often; asks once per process, and again after a failure.
 */
export function controlDatabaseUrl(): Promise<string> {
  globalThis.segueControlDatabaseUrl ??= findControlDatabase().catch((error: unknown) => {
    globalThis.segueControlDatabaseUrl = undefined;
    throw error;
  });
  return globalThis.segueControlDatabaseUrl;
}

/** Whether Segue brings its own PostgreSQL (no DATABASE_URL). */
export function usesEmbeddedServer(): boolean {
  return (process.env.DATABASE_URL ?? '') === '';
}

async function findControlDatabase(): Promise<string> {
  const url = process.env.DATABASE_URL ?? '';
  if (url !== '') {
    await requireSupported(url);
    return url;
  }
  const server = await startEmbeddedServer();
  const sql = postgres(server.url, { max: 1, onnotice: () => undefined });
  try {
    const found = await sql`select 1 from pg_database where datname = ${CONTROL_DATABASE}`;
    if (found.length === 0) await createDatabase(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
  return server.urlOf(CONTROL_DATABASE);
}

async function createDatabase(sql: postgres.Sql): Promise<void> {
  try {
    await sql`create database ${sql(CONTROL_DATABASE)}`;
  } catch (error) {
    // 42P04, 23505: another process of this project made it at the same moment.
    const code = error instanceof postgres.PostgresError ? error.code : '';
    if (code !== '42P04' && code !== '23505') throw error;
  }
}

async function requireSupported(url: string): Promise<void> {
  let version: number;
  let sql: postgres.Sql | undefined;
  try {
    sql = postgres(url, { max: 1, connect_timeout: 10, onnotice: () => undefined });
    const [row] = await sql<{ version: string }[]>`select current_setting('server_version_num') as version`;
    version = Math.floor(Number(row?.version) / 10_000);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SegueError('connection_failed', `DATABASE_URL cannot be used: ${reason}`, {
      object: 'DATABASE_URL',
      next: `Correct it, or unset it to use the embedded PostgreSQL ${EMBEDDED_MAJOR}.`,
      cause,
    });
  } finally {
    await sql?.end({ timeout: 5 });
  }
  if (!SUPPORTED_MAJORS.some((major) => major === version)) {
    throw new SegueError(
      'unsupported_version',
      `DATABASE_URL is a PostgreSQL ${version}; Segue supports 14–18.`,
      {
        object: 'DATABASE_URL',
        next: `Use a supported version, or unset it to use the embedded PostgreSQL ${EMBEDDED_MAJOR}.`,
      },
    );
  }
}

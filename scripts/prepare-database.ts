import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { controlDatabaseUrl, usesEmbeddedServer } from '@/lib/postgres/control-database';
import { startEmbeddedServer } from '@/lib/postgres/embedded-server';
import { migrateControlDatabase } from '@/lib/store/migrate';

export interface PreparedDatabase {
  /** For a person: which PostgreSQL holds the control database. */
  readonly description: string;
  /** Stops the embedded server, unless somebody else is connected to it. */
  release(): Promise<void>;
}

/** Starts (or finds) the control database and brings its schema up to date. May be called often. */
export async function prepareDatabase(): Promise<PreparedDatabase> {
  const url = await controlDatabaseUrl();
  await migrateControlDatabase(url);
  if (!usesEmbeddedServer()) {
    const { hostname, port, pathname } = new URL(url);
    return {
      description: `PostgreSQL of DATABASE_URL (${hostname}:${port || '5432'}${pathname})`,
      release: async () => undefined,
    };
  }
  const server = await startEmbeddedServer();
  return {
    description: `embedded PostgreSQL ${server.major} on 127.0.0.1:${server.port}, data in ${server.dataDir}`,
    release: async () => {
      if (await hasOtherClients(server.url)) {
        console.log('PostgreSQL keeps running: another program is connected to it.');
        return;
      }
      await server.stop('fast');
    },
  };
}

/** Sessions of a process that has just ended need a moment to go. */
async function hasOtherClients(url: string): Promise<boolean> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    for (let attempt = 0; attempt < 20; attempt++) {
      const [row] = await sql<{ others: number }[]>`select count(*)::int as others from pg_stat_activity
        where backend_type = 'client backend' and pid <> pg_backend_pid()`;
      if (row?.others === 0) return false;
      await sleep(100);
    }
    return true;
  } finally {
    await sql.end({ timeout: 5 });
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { postgres } from '@/lib/driver/postgres';
import { controlDatabaseUrl, usesEmbeddedServer } from '@/lib/postgres/control-database';
import { startEmbeddedServer } from '@/lib/postgres/embedded-server';
import { isServerUp, type RunningServer } from '@/lib/postgres/server';
import { migrateControlDatabase } from '@/lib/store/migrate';

export interface PreparedDatabase {
  /** For a person: which PostgreSQL holds the control database. */
  readonly description: string;
  /** Stops the embedded server, unless somebody else is connected to it. */
  release(): Promise<void>;
}

/** Starts (or finds) the control database and brings its schema up to date. Leaves nothing running when it fails. May be called often. */
export async function prepareDatabase(): Promise<PreparedDatabase> {
  const url = await controlDatabaseUrl();
  if (!usesEmbeddedServer()) {
    await migrateControlDatabase(url);
    const { hostname, port, pathname } = new URL(url);
    return {
      description: `PostgreSQL of DATABASE_URL (${hostname}:${port || '5432'}${pathname})`,
      release: async () => undefined,
    };
  }
  const server = await startEmbeddedServer();
  try {
    await migrateControlDatabase(url);
  } catch (error) {
    await stopUnlessUsed(server);
    throw error;
  }
  const watch = setInterval(() => void restartWhenDown(server.dataDir), 2000);
  return {
    description: `embedded PostgreSQL ${server.major} on 127.0.0.1:${server.port}, data in ${server.dataDir}`,
    release: async () => {
      clearInterval(watch);
      await stopUnlessUsed(server);
    },
  };
}

async function stopUnlessUsed(server: RunningServer): Promise<void> {
  if (!isServerUp(server.dataDir)) return;
  if (await hasOtherClients(server.url)) {
    console.log('PostgreSQL keeps running: another program is connected to it.');
    return;
  }
  await server.stop('fast');
}

let restarting = false;

/** Brings the embedded server back after it was killed: the pools of the app reconnect to the same port by themselves. */
async function restartWhenDown(dataDir: string): Promise<void> {
  if (restarting || isServerUp(dataDir)) return;
  restarting = true;
  try {
    console.error('The embedded PostgreSQL is gone; starting it again …');
    const { port } = await startEmbeddedServer();
    console.error(`PostgreSQL is back on 127.0.0.1:${port}`);
  } catch (error) {
    console.error(error);
  } finally {
    restarting = false;
  }
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

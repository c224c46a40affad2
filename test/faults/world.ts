import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { toTransitionSpec, transitionFileSchema } from '@/lib/core/operation';
import type { Plan } from '@/lib/core/plan';
import type { RolloutSettings } from '@/lib/core/rollout';
import { quoteIdent } from '@/lib/core/sql-text';
import { planTransition } from '@/lib/engine/plan-transition';
import { fixPlan } from '@/lib/engine/rollouts';
import { openTarget, type Target } from '@/lib/engine/target';
import { EMBEDDED_MAJOR, type Major } from '@/lib/postgres/binaries';
import { type RunningServer, startServer } from '@/lib/postgres/server';
import { discardServer, startTemporaryServer } from '@/lib/postgres/temporary-server';
import { specOfFile } from '../lifecycle/spec-of-file';
import { createTestDatabase, type TestDatabase } from '../postgres/test-database';
import type { Subject } from './subject';
import { openTcpProxy, type TcpProxy } from './tcp-proxy';

/** A server of one's own, which may be crashed. */
export interface FaultServer {
  readonly url: string;
  readonly dataDir: string;
  /** Ends it as a loss of power would, and starts it again on the same port: it recovers from its log. */
  crash(): Promise<void>;
  discard(): Promise<void>;
}

/** What was committed without waiting for the log stays in memory for so long that a crash loses it. */
const LOSES_MOST = { wal_writer_delay: '10s', wal_writer_flush_after: '1GB' };

/** Starts one; `config` on top of the settings of test servers. */
export async function startFaultServer(
  config: Readonly<Record<string, string | number>> = {},
  major: Major = EMBEDDED_MAJOR,
): Promise<FaultServer> {
  let server: RunningServer = await startTemporaryServer(major, { ...LOSES_MOST, ...config });
  const { port, dataDir, url } = server;
  const settings = {
    fsync: 'off',
    full_page_writes: 'off',
    max_prepared_transactions: 10,
    ...LOSES_MOST,
    ...config,
  };
  return {
    url,
    dataDir,
    crash: async () => {
      await server.stop('immediate');
      server = await startServer({ dataDir, port, major, config: settings });
    },
    discard: () => discardServer(server),
  };
}

/** A transition on a database of its own, and the network in between. */
export interface World {
  readonly subject: Subject;
  readonly server: FaultServer;
  readonly database: TestDatabase;
  readonly superuser: postgres.Sql;
  readonly proxy: TcpProxy;
  /** By way of the proxy: what the worker uses. */
  readonly target: Target;
  /** Straight: what people use, whose clicks are not under test here. */
  readonly direct: Target;
  readonly plan: Plan;
  readonly rolloutId: string;
  /** As if the lease's heartbeat had been silent for its time: what a fault would only make the test wait for. */
  letTimePass(): Promise<void>;
  close(): Promise<void>;
}

/** Many small batches, and nothing that waits for the clock. */
const SETTINGS: Partial<RolloutSettings> = { batchRows: 60, maxPauseMs: 100 };

/** Makes the database, plans the subject's transition and fixes it at position 0. */
export async function openWorld(
  server: FaultServer,
  subject: Subject,
  settings: Partial<RolloutSettings> = {},
  tablespace?: string,
): Promise<World> {
  const database = await createTestDatabase({ serverUrl: server.url });
  const owner = postgres(database.owner.url, { max: 1, fetch_types: false, onnotice: () => undefined });
  const asApp = (sql: string) => sql.replaceAll(':app', quoteIdent(database.apps[0]?.name ?? ''));
  await owner.unsafe(asApp(subject.setup));
  await owner.end();
  if (tablespace !== undefined) {
    const sql = postgres(server.url, { max: 1, onnotice: () => undefined });
    await sql.unsafe(`ALTER DATABASE ${quoteIdent(database.name)} SET TABLESPACE ${quoteIdent(tablespace)}`);
    await sql.end();
  }
  const proxy = await openTcpProxy(server.url);
  // Asked for at each connection, the array types' answer is nobody's: a server that dies then would end this process.
  const superuser = postgres(database.superuserUrl, {
    max: 2,
    fetch_types: false,
    onnotice: () => undefined,
  });
  const direct = openTarget({ url: database.owner.url, applicationName: 'people' });
  const target = openTarget({ url: proxy.through(database.owner.url), applicationName: 'worker' });
  const spec =
    subject.file === undefined
      ? toTransitionSpec(transitionFileSchema.parse({ name: 'faults', operations: subject.operations }))
      : await specOfFile(direct, asApp(subject.file), EMBEDDED_MAJOR);
  const plan = await planTransition(direct, spec);
  const { id } = await fixPlan(direct, { plan, managedBy: null, settings: { ...SETTINGS, ...settings } });
  return {
    subject,
    server,
    database,
    superuser,
    proxy,
    target,
    direct,
    plan,
    rolloutId: id,
    letTimePass: async () => {
      const age = () =>
        superuser`UPDATE segue.leases SET heartbeat_at = heartbeat_at - interval '6 seconds' WHERE owner IS NOT NULL`;
      // While the server is down nothing can be aged; the next try comes soon enough.
      await age().catch(() => sleep(200));
    },
    close: async () => {
      await Promise.all([target.close(0), direct.close(0), superuser.end({ timeout: 0 })]);
      await proxy.close();
      await database.drop();
    },
  };
}

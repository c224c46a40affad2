import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Actor } from '@/lib/core/available-actions';
import { findDatabase, type StoredDatabase } from '@/lib/store/databases';
import { openTcpProxy, type TcpProxy } from '@/test/faults/tcp-proxy';
import { openServiceHarness, type ServiceHarness } from '@/test/service-harness';

/** A network that swallows packets: connections stay, and nobody answers. */

let harness: ServiceHarness;
let proxy: TcpProxy;
let ada: Actor;
let database: StoredDatabase;

beforeAll(async () => {
  harness = await openServiceHarness({ rows: 1 });
  proxy = await openTcpProxy(harness.target.owner.url);
  ada = await harness.actor('Ada');
  const id = await harness.knowTarget(ada, proxy.through(harness.target.owner.url));
  const found = await findDatabase(harness.context.control, id);
  if (found === null) throw new Error('the database was not stored');
  database = found;
});
afterAll(async () => {
  await harness.close();
  await proxy.close();
});

it('a half-open connection fails what waits for it, and those after it at once; back again it works at once', async () => {
  const { targets } = harness.context;
  const ask = (options: { patient?: boolean; patienceMs?: number } = {}) =>
    targets.use(
      database,
      async ({ sql }) => (await sql`SELECT count(*)::int AS n FROM public.customers`)[0]?.n,
      options,
    );
  expect(await ask()).toBe(1);
  proxy.freeze();
  const silent = { code: 'connection_failed', message: expect.stringContaining('gives no answer') };
  await Promise.all([1, 2, 3].map(() => expect(ask({ patienceMs: 400 })).rejects.toMatchObject(silent)));
  await expect(ask({ patienceMs: 60_000 })).rejects.toMatchObject(silent);
  proxy.thaw();
  expect(await ask({ patient: true })).toBe(1);
});

it('work that is not over in its time is given up, and its connections with it', async () => {
  const { targets } = harness.context;
  await expect(
    targets.use(database, ({ sql }) => sql`SELECT pg_sleep(30)`, { patienceMs: 300 }),
  ).rejects.toMatchObject({ code: 'connection_failed' });
  await expect
    .poll(
      async () =>
        (
          await harness.sql`SELECT count(*)::int AS n FROM pg_stat_activity WHERE query ~ '^SELECT pg_sleep'`
        )[0]?.n,
      { timeout: 15_000 },
    )
    .toBe(0);
});

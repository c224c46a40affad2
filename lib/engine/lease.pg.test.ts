import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { toTransitionSpec, transitionFileSchema } from '@/lib/core/operation';
import { move } from '@/test/lifecycle/move';
import { openSyncBench, type SyncBench } from '@/test/lifecycle/sync-bench';
import { createTestDatabase, type TestDatabase } from '@/test/postgres/test-database';
import { takeLease } from './lease';
import { planTransition } from './plan-transition';
import { fixPlan } from './rollouts';
import { openTarget, type Target } from './target';

let database: TestDatabase;
let target: Target;
let rolloutId: string;

beforeAll(async () => {
  database = await createTestDatabase({ setup: 'CREATE TABLE items (id bigint PRIMARY KEY, name text)' });
  target = openTarget({ url: database.owner.url });
  const spec = transitionFileSchema.parse({
    name: 'lease',
    operations: [{ rename_column: { table: 'items', from: 'name', to: 'full_name' } }],
  });
  const plan = await planTransition(target, toTransitionSpec(spec));
  rolloutId = (await fixPlan(target, { plan, managedBy: null })).id;
});
afterAll(async () => {
  await target.close();
  await database.drop();
});

/** The lease as a holder left it who beat for the last time so long ago. */
const leftBehind = (ms: number) => target.sql`
  UPDATE segue.leases SET owner = 'another', epoch = epoch + 1, heartbeat_at = clock_timestamp() - ${ms}::integer * interval '1 millisecond'
  WHERE rollout_id = ${rolloutId} RETURNING epoch::text AS epoch`;

const take = async (): Promise<'taken' | number> => {
  const lease = await takeLease(target, rolloutId, 'test');
  if ('retryInMs' in lease) return lease.retryInMs;
  await lease.release();
  return 'taken';
};

it('belongs to its holder while it beats, whether or not its sessions are there yet', async () => {
  await leftBehind(0);
  expect(await take()).toBeGreaterThan(0);
});

it('belongs to nobody soon after its holder was killed: none of its sessions is left', async () => {
  await leftBehind(3000);
  expect(await take()).toBe('taken');
});

it('belongs to nobody where the clock was put back after its holder had died', async () => {
  await leftBehind(-3_600_000);
  expect(await take()).toBe('taken');
});

it('still belongs to a holder whose sessions are there, until it has been silent for longer; it is looked again soon', async () => {
  const [row] = await leftBehind(3000);
  const holder = openTarget({
    url: database.owner.url,
    applicationName: `segue ${rolloutId} ${row?.epoch}`,
    max: 1,
  });
  await holder.sql`SELECT 1`;
  expect(await take()).toBeGreaterThan(0);
  expect(await take()).toBeLessThanOrEqual(1000);
  await holder.close();
  expect(await take()).toBe('taken');
});

describe('a worker whose lease was taken while it was about to run a statement outside a transaction', () => {
  let bench: SyncBench;
  beforeEach(async () => {
    bench = await openSyncBench();
    await bench.owner`CREATE TABLE items (id int PRIMARY KEY, price int)`;
  });
  afterEach(() => bench.close());
  const begin = () => bench.begin([{ add_index: { table: 'items', columns: ['price'] } }], 0);

  it('is stopped before it sends it, also where it has not noticed', async () => {
    const id = await begin();
    const { superuser } = bench;
    const work = move(bench.target, id, 'forward', {
      acknowledged: ['*'],
      onEvent: async (event) => {
        if (event.type === 'step_started') {
          // What an interrupted build leaves: it would be dropped now.
          await bench.owner`CREATE INDEX items_price_idx ON items (price)`;
          await superuser`UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'items_price_idx'::regclass`;
        }
        if (event.type === 'index_restarted')
          await superuser`UPDATE segue.leases SET epoch = epoch + 1, owner = 'another' WHERE rollout_id = ${id}`;
      },
    });
    // Whichever it notices first: the fence, or that its heartbeat found the lease taken and ended its sessions.
    await expect(work).rejects.toMatchObject({
      code: expect.stringMatching(/^(lease_lost|connection_failed)$/),
    });
    const left =
      await superuser`SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('items_price_idx')`;
    expect(left).toMatchObject([{ indisvalid: false }]);
  });

  it('loses a session that it opened while the lease was taken over', async () => {
    const id = await begin();
    const dead = await takeLease(bench.target, id, 'slow');
    if ('retryInMs' in dead) throw new Error('nobody else holds the lease');
    dead.giveUp();
    await bench.superuser`UPDATE segue.leases SET heartbeat_at = heartbeat_at - interval '1 minute' WHERE rollout_id = ${id}`;
    const late = new pg.Client({
      connectionString: bench.database.owner.url,
      application_name: `segue ${id} ${dead.epoch}`,
    });
    const ended = new Promise<string>((resolve) => late.on('error', ({ message }) => resolve(message)));
    const waits = () =>
      bench.owner`SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    const lease = await bench.superuser.begin(async (tx) => {
      await tx`SELECT 1 FROM segue.leases WHERE rollout_id = ${id} FOR UPDATE`;
      const taking = takeLease(bench.target, id, 'next');
      // It has ended the sessions that were there, and waits for this transaction.
      while ((await waits()).length === 0) await sleep(5);
      await late.connect();
      return { taking };
    });
    const taken = await lease.taking;
    if ('retryInMs' in taken) throw new Error('the lease is free');
    expect(await Promise.race([ended, sleep(5000)])).toContain('terminating connection');
    await taken.release();
  });
});

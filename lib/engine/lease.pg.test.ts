import { afterAll, beforeAll, expect, it } from 'vitest';
import { toTransitionSpec, transitionFileSchema } from '@/lib/core/operation';
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

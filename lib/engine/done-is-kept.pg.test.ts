import { afterAll, beforeAll, expect, it } from 'vitest';
import { toTransitionSpec, transitionFileSchema } from '@/lib/core/operation';
import { type FaultServer, startFaultServer } from '@/test/faults/world';
import { move } from '@/test/lifecycle/move';
import { createTestDatabase } from '@/test/postgres/test-database';
import { driftOf } from './binding';
import type { MoveEvent } from './move-context';
import { planTransition } from './plan-transition';
import { fixPlan, requireRollout } from './rollouts';
import { openTarget } from './target';

let server: FaultServer;

beforeAll(async () => {
  // Nothing reaches the disk by chance: only what a COMMIT waits for.
  server = await startFaultServer({ wal_writer_delay: '10s' });
});
afterAll(() => server.discard());

it('a phase that is reported as done is there after a crash, though its steps did not wait for the disk', async () => {
  const database = await createTestDatabase({
    serverUrl: server.url,
    setup:
      'CREATE TABLE items (id int PRIMARY KEY, name text); INSERT INTO items SELECT g, g::text FROM generate_series(1, 50) g',
  });
  const spec = transitionFileSchema.parse({
    name: 'kept',
    operations: [{ rename_column: { table: 'items', from: 'name', to: 'full_name' } }],
  });
  const planner = openTarget({ url: database.owner.url });
  const { id } = await fixPlan(planner, {
    plan: await planTransition(planner, toTransitionSpec(spec)),
    managedBy: null,
  });
  await planner.close();
  for (const direction of ['forward', 'forward', 'forward', 'back', 'forward', 'forward'] as const) {
    const before = openTarget({ url: database.owner.url });
    const reported: unknown[] = [];
    const onEvent = async (event: MoveEvent) => {
      if (event.type !== 'phase_done') return;
      reported.push(event.position);
      // Before the lease is given back, whose COMMIT would take along what was not yet on the disk.
      await server.crash();
    };
    await Promise.allSettled([move(before, id, direction, { acknowledged: ['*'], onEvent })]);
    await before.close(0);
    const after = openTarget({ url: database.owner.url });
    expect([(await requireRollout(after, { id })).position]).toEqual(reported);
    expect(await driftOf(after, id)).toEqual([]);
    await after.close();
  }
});

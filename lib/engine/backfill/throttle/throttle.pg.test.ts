import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toTransitionSpec, transitionFileSchema } from '@/lib/core/operation';
import type { RolloutSettings } from '@/lib/core/rollout';
import { ACTOR, finish, mustMove } from '@/test/lifecycle/move';
import { createTestDatabase, type TestDatabase } from '@/test/postgres/test-database';
import { readHolds } from '../../holds';
import { planTransition } from '../../plan-transition';
import { changeSettings, fixPlan, requestMove, requireRollout } from '../../rollouts';
import { openTarget, type Target } from '../../target';
import { readBackfills } from '../read-backfills';

const ROWS = 3000;

describe('a backfill that would hurt others', () => {
  let database: TestDatabase;
  let target: Target;
  let superuser: postgres.Sql;
  let rolloutId: string;

  beforeAll(async () => {
    database = await createTestDatabase({
      setup: `CREATE TABLE items (id bigint PRIMARY KEY, name text) WITH (autovacuum_enabled = off);
        INSERT INTO items SELECT g, 'name ' || g FROM generate_series(1, ${ROWS}) g; ANALYZE items`,
    });
    target = openTarget({ url: database.owner.url });
    superuser = postgres(database.superuserUrl, { max: 6, onnotice: () => undefined });
    const spec = transitionFileSchema.parse({
      name: 'throttle',
      operations: [{ rename_column: { table: 'items', from: 'name', to: 'full_name' } }],
    });
    const plan = await planTransition(target, toTransitionSpec(spec));
    rolloutId = (await fixPlan(target, { plan, managedBy: null })).id;
    await mustMove(target, rolloutId, 'forward');
  });
  afterAll(async () => {
    await Promise.all([target.close(), superuser.end({ timeout: 5 })]);
    await database.drop();
  });

  const set = (settings: Partial<RolloutSettings>) =>
    changeSettings(target, { rolloutId, settings, actor: ACTOR });
  const until = async <T>(look: () => Promise<T | null | undefined | false>): Promise<T> => {
    for (let looks = 0; looks < 600; looks += 1) {
      const found = await look();
      if (found !== null && found !== undefined && found !== false) return found;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const { activity, position, error } = await requireRollout(target, { id: rolloutId });
    const holds = await readHolds(target, rolloutId);
    throw new Error(`waited 30 seconds in vain: ${JSON.stringify({ activity, position, error, holds })}`);
  };
  const start = async () => {
    const { version } = await requireRollout(target, { id: rolloutId });
    await requestMove(target, { rolloutId, direction: 'forward', expectedVersion: version, actor: ACTOR });
    return finish(target, { rolloutId, owner: 'test' });
  };
  /** Back to where the rows are not copied yet. */
  const back = async () => {
    const position = await mustMove(target, rolloutId, 'back');
    await superuser`UPDATE items SET full_name = NULL`;
    return position;
  };
  const changed = async () => (await readBackfills(target, rolloutId))[0]?.rowsChanged ?? 0;
  const holdOf = (kind: string) =>
    until(async () => (await readHolds(target, rolloutId)).find((hold) => hold.kind === kind));

  it('holds while sessions wait for a lock on the table, names them, and goes on when they are through', async () => {
    await set({ batchRows: 10, batchPauseMs: 50, maxLockWaiters: 2 });
    const outcome = start();
    await until(async () => (await changed()) > 0);
    const holder = await superuser.reserve();
    await holder`BEGIN`;
    await holder`SELECT 1 FROM items WHERE id = 1 FOR UPDATE`;
    const waiters = [1, 2].map(() => superuser`UPDATE items SET name = 'changed' WHERE id = 1`);
    const sent = Promise.all(waiters);
    const hold = await holdOf('lock_waits');
    expect(hold).toMatchObject({
      culprit: 'public.items',
      message: expect.stringContaining('2 sessions wait'),
    });
    expect((await requireRollout(target, { id: rolloutId })).activity).toBe('held');
    // Held: nothing is written. Long enough for any batch that was under way.
    await new Promise((resolve) => setTimeout(resolve, 300));
    const before = await changed();
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(await changed()).toBe(before);
    await holder`COMMIT`;
    holder.release();
    await sent;
    await until(async () => (await readHolds(target, rolloutId)).length === 0);
    await set({ batchRows: 1000, batchPauseMs: 0 });
    expect(await outcome).toMatchObject({ kind: 'completed', position: 2 });
    expect((await readBackfills(target, rolloutId))[0]).toMatchObject({ state: 'done' });
    expect(await back()).toBe(1);
  });

  it('holds while a vacuum works on the table, no longer than it is given', async () => {
    await set({ maxVacuumMinutes: 5, batchRows: 10, batchPauseMs: 50 });
    const outcome = start();
    await until(async () => ((await readBackfills(target, rolloutId))[0]?.rowsSeen ?? 0) > 0);
    const vacuum = await superuser.reserve();
    await vacuum.unsafe("SET vacuum_cost_delay = '20ms'");
    await vacuum.unsafe('SET vacuum_cost_limit = 1');
    const ended = vacuum`VACUUM items`.then(() => vacuum.release());
    expect(await holdOf('autovacuum')).toMatchObject({ message: expect.stringContaining('a vacuum works') });
    // No longer looked at: it goes on beside it.
    await set({ maxVacuumMinutes: 0, batchRows: 1000, batchPauseMs: 0 });
    expect(await outcome).toMatchObject({ kind: 'completed', position: 2 });
    await ended;
    expect(await back()).toBe(1);
  });

  it('holds for a slot that keeps WAL, and stops where that passes the second limit', async () => {
    await superuser`SELECT pg_create_physical_replication_slot('segue_test_slot', true)`;
    try {
      await superuser`SELECT pg_logical_emit_message(false, 'segue', repeat('x', 1048576)) FROM generate_series(1, 40)`;
      await set({ maxSlotBacklogMb: 20, stopRetainedWalMb: 0 });
      const outcome = start();
      expect(await holdOf('retained_wal')).toMatchObject({
        culprit: 'segue_test_slot',
        message: expect.stringMatching(/keeps \d+ MB of WAL and nobody reads from it; the limit is 20 MB/),
      });
      await set({ stopRetainedWalMb: 30 });
      expect(await outcome).toMatchObject({
        kind: 'failed',
        error: { code: 'limit_reached', message: expect.stringContaining('"segue_test_slot"') },
      });
      expect(await readHolds(target, rolloutId)).toEqual([]);
    } finally {
      await superuser`SELECT pg_drop_replication_slot('segue_test_slot')`;
    }
    expect(await start()).toMatchObject({ kind: 'completed', position: 2 });
  });
});

import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toTransitionSpec, transitionFileSchema } from '@/lib/core/operation';
import type { RolloutSettings } from '@/lib/core/rollout';
import { ACTOR, finish, mustMove } from '@/test/lifecycle/move';
import { openRowsBench } from '@/test/lifecycle/rows-bench';
import { createTestDatabase, type TestDatabase } from '@/test/postgres/test-database';
import { ONE_MAJOR } from '@/test/postgres/test-majors';
import { readHolds } from '../../holds';
import { planTransition } from '../../plan-transition';
import { changeSettings, fixPlan, requestMove, requireRollout } from '../../rollouts';
import { ensureSegueSchema } from '../../segue-schema';
import { openTarget, type Target } from '../../target';
import { readBackfills } from '../read-backfills';
import { openLoadReader } from './read-load';

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
  const start = async (sliceMs?: number) => {
    const { version } = await requireRollout(target, { id: rolloutId });
    await requestMove(target, { rolloutId, direction: 'forward', expectedVersion: version, actor: ACTOR });
    return finish(target, { rolloutId, owner: 'test', sliceMs });
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

  it('holds while somebody has the table for himself, and goes on when he lets go', async () => {
    await set({ batchRows: 10, batchPauseMs: 50, maxProbeMs: 500 });
    const outcome = start();
    await until(async () => (await changed()) > 0);
    const holder = await superuser.reserve();
    await holder`BEGIN`;
    await holder`LOCK TABLE items IN ACCESS EXCLUSIVE MODE`;
    const hold = await holdOf('latency');
    expect(hold.message).toMatch(/^reading one row of public\.items takes \d+ ms/);
    await holder`COMMIT`;
    holder.release();
    await set({ batchRows: 1000, batchPauseMs: 0 });
    expect(await outcome).toMatchObject({ kind: 'completed', position: 2 });
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

  // Costs seconds: for the full run.
  if (process.env.SEGUE_TEST_FULL === '1')
    it('holds while the server writes much WAL, from one slice to the next, with its age and the rate of before', async () => {
      let writing = true;
      const writer = (async () => {
        while (writing) {
          await superuser`SELECT pg_logical_emit_message(false, 'segue', repeat('x', 4194304))`;
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      })();
      await set({ batchRows: 10, batchPauseMs: 50, maxWalMbPerSecond: 2 });
      const outcome = start(1500);
      try {
        const { since } = await holdOf('wal_rate');
        await new Promise((resolve) => setTimeout(resolve, 500));
        const before = await changed();
        await new Promise((resolve) => setTimeout(resolve, 5000));
        expect(await changed()).toBe(before);
        expect((await readBackfills(target, rolloutId))[0]?.rowsPerSecond).toBeGreaterThan(0);
        expect(await holdOf('wal_rate')).toMatchObject({ since });
      } finally {
        writing = false;
        await writer;
        await set({ batchRows: 1000, batchPauseMs: 0, maxWalMbPerSecond: 0 });
      }
      expect(await outcome).toMatchObject({ kind: 'completed', position: 2 });
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

describe('a way back that writes rows', () => {
  it('looks at the load too: it stops where a slot keeps too much WAL, and goes on when that is over', async () => {
    const bench = await openRowsBench(
      ONE_MAJOR,
      `CREATE TABLE items (id bigint PRIMARY KEY, n int NOT NULL); INSERT INTO items SELECT g, g FROM generate_series(1, 500) g`,
    );
    const same = async () => (await bench.superuser`SELECT count(*)::int AS n FROM items WHERE n = id`)[0]?.n;
    const stopAt = (stopRetainedWalMb: number) =>
      changeSettings(bench.target, {
        rolloutId: bench.rolloutId(),
        settings: { stopRetainedWalMb },
        actor: ACTOR,
      });
    try {
      await bench.begin({ update_rows: { table: 'items', set: 'n = n + 1' } });
      await bench.complete('forward');
      // Temporary: no other test's phase takes it for a standby that is late.
      await bench.superuser`SELECT pg_create_physical_replication_slot('segue_back_slot', true, true)`;
      try {
        await bench.superuser`SELECT pg_logical_emit_message(false, 'segue', repeat('x', 1048576)) FROM generate_series(1, 3)`;
        await stopAt(1);
        await bench.ask('back');
        expect(await bench.run()).toMatchObject({ kind: 'failed', error: { code: 'limit_reached' } });
        expect(await same()).toBe(0);
      } finally {
        await bench.superuser`SELECT pg_drop_replication_slot('segue_back_slot')`;
      }
      await stopAt(0);
      await bench.complete('back');
      expect(await same()).toBe(500);
    } finally {
      await bench.close();
    }
  });
});

describe('a look at the load', () => {
  let database: TestDatabase;
  let superuser: postgres.Sql;

  beforeAll(async () => {
    database = await createTestDatabase({
      setup: `CREATE TABLE emptied (id bigint PRIMARY KEY, filler text) WITH (autovacuum_enabled = off);
        CREATE TABLE parts (id bigint PRIMARY KEY, name text) PARTITION BY RANGE (id);
        CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (1) TO (1000);
        CREATE TABLE parts_2 PARTITION OF parts DEFAULT;
        INSERT INTO parts SELECT g, 'name ' || g FROM generate_series(1, 3000) g; ANALYZE parts`,
    });
    superuser = postgres(database.superuserUrl, { max: 1, onnotice: () => undefined });
  });
  afterAll(async () => {
    await superuser.end({ timeout: 5 });
    await database.drop();
  });

  /** Blocks of the table that were read, by sessions that have told it. */
  const blocksRead = async (): Promise<number> => {
    const [row] = await superuser<{ n: number }[]>`
      SELECT (heap_blks_read + heap_blks_hit)::int AS n FROM pg_statio_all_tables WHERE relid = 'emptied'::regclass`;
    return row?.n ?? 0;
  };

  // Before 15 no session can be made to tell it at once.
  if (ONE_MAJOR >= 15)
    it('reads one page of the table, wherever its rows have moved to', async () => {
      await superuser`INSERT INTO emptied SELECT g, repeat('x', 400) FROM generate_series(1, 10000) g`;
      await superuser`ANALYZE emptied`;
      await superuser`DELETE FROM emptied WHERE id < 9990`;
      await superuser`SELECT pg_stat_force_next_flush()`;
      const before = await blocksRead();
      const target = openTarget({ url: database.owner.url, max: 1 });
      await ensureSegueSchema(target);
      const work = { table: { schema: 'public', name: 'emptied' } };
      const look = openLoadReader({ rolloutId: randomUUID(), session: target }, 'copy', work);
      for (let looks = 0; looks < 5; looks += 1) await look();
      await target.sql`SELECT pg_stat_force_next_flush()`;
      expect(before).toBeGreaterThan(500);
      expect((await blocksRead()) - before).toBeLessThanOrEqual(10);
      await target.close();
    });

  it('goes on from the looks of the slice before: one that begins anew would know no rate and no silence', async () => {
    const target = openTarget({ url: database.owner.url, max: 1 });
    await ensureSegueSchema(target);
    const scope = { rolloutId: randomUUID(), session: target };
    const open = () => openLoadReader(scope, 'copy', { table: { schema: 'public', name: 'parts' } });
    expect((await open()()).walMbPerSecond).toBeNull();
    expect((await open()()).walMbPerSecond).toBeGreaterThanOrEqual(0);
    await target.close();
  });

  it('knows how much a partitioned table has grown', async () => {
    const target = openTarget({ url: database.owner.url });
    try {
      const spec = transitionFileSchema.parse({
        name: 'growth',
        operations: [{ rename_column: { table: 'parts', from: 'name', to: 'full_name' } }],
      });
      const plan = await planTransition(target, toTransitionSpec(spec));
      const { id } = await fixPlan(target, { plan, managedBy: null });
      for (const position of [1, 2]) expect(await mustMove(target, id, 'forward')).toBe(position);
      const step = plan.phases.flatMap(({ steps }) => steps).find(({ backfill }) => backfill !== undefined);
      if (step?.backfill === undefined) throw new Error('there is no backfill');
      const look = openLoadReader({ rolloutId: id, session: target }, step.id, step.backfill);
      expect((await look()).growthPercent).toBeGreaterThan(0);
    } finally {
      await target.close();
    }
  });
});

import postgres from 'postgres';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Hold, LOCK_ATTEMPTS } from '@/lib/core/hold';
import { toTransitionSpec, transitionFileSchema } from '@/lib/core/operation';
import { askFor, move, mustMove } from '@/test/lifecycle/move';
import { createTestDatabase, type TestDatabase } from '@/test/postgres/test-database';
import { readHolds } from './holds';
import { planTransition } from './plan-transition';
import { fixPlan, requireRollout } from './rollouts';
import { type MoveEvent, runMove } from './run-move';
import { openTarget, type Target } from './target';

/** Without a lock timeout of Segue's the application would wait for the blocker, which waits for the test: this ends it. */
const GIVE_UP_MS = 5000;
const LONGEST_PAUSE_MS = 10;

describe('a transaction that holds the table for long', () => {
  let database: TestDatabase;
  let app: postgres.Sql;
  let target: Target;

  beforeEach(async () => {
    database = await createTestDatabase({
      setup: `CREATE TABLE items (id bigint PRIMARY KEY, name text NOT NULL);
        INSERT INTO items SELECT g, 'name ' || g FROM generate_series(1, 100) g;`,
    });
    const url = database.apps[0]?.url ?? '';
    app = postgres(url, { max: 2, onnotice: () => undefined, connection: { statement_timeout: GIVE_UP_MS } });
    target = openTarget({ url: database.owner.url });
  });
  afterEach(async () => {
    await Promise.all([app.end({ timeout: 5 }), target.close()]);
    await database.drop();
  });

  it('never makes the application wait longer than the pause that was allowed, and is named in the end', async () => {
    const plan = await planTransition(
      target,
      toTransitionSpec(
        transitionFileSchema.parse({
          name: 'blocked',
          operations: [{ rename_column: { table: 'items', from: 'name', to: 'full_name' } }],
        }),
      ),
    );
    const { id } = await fixPlan(target, {
      plan,
      managedBy: null,
      settings: { maxPauseMs: LONGEST_PAUSE_MS },
    });
    const blocker = await app.reserve();
    const waits: MoveEvent[] = [];
    let queries = 0;
    let blocked = true;
    try {
      const [session] = await blocker<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`;
      await blocker`BEGIN`;
      await blocker`SELECT count(*) FROM items`;
      const application = (async () => {
        while (blocked) {
          await app`UPDATE items SET name = name || '.' WHERE id = 1`;
          queries += 1;
        }
      })();
      const held: Hold[] = [];
      const outcome = await move(target, id, 'forward', {
        // Far shorter than the patience: a worker that gives way and comes again must not begin to count anew.
        sliceMs: 300,
        onEvent: async (event) => {
          if (event.type !== 'lock_wait') return;
          waits.push(event);
          held.push(...(await readHolds(target, id)));
        },
      });
      blocked = false;
      await application;
      expect(outcome).toMatchObject({ kind: 'failed', error: { code: 'lock_not_had' } });
      expect(JSON.stringify(outcome)).toContain(`"pid":${session?.pid}`);
      expect(held[0]).toMatchObject({ kind: 'lock', culprit: 'public.items', attempts: 1 });
      expect(held[0]?.message).toContain(`pid ${session?.pid}`);
      expect(await readHolds(target, id)).toEqual([]);
      await blocker`COMMIT`;
    } finally {
      blocked = false;
      blocker.release();
    }
    expect(waits.length).toBe(LOCK_ATTEMPTS);
    for (const wait of waits) expect(wait.timeoutMs).toBeLessThanOrEqual(LONGEST_PAUSE_MS);
    expect(queries).toBeGreaterThan(waits.length);
    expect(await requireRollout(target, { id })).toMatchObject({
      position: 0,
      direction: null,
      activity: 'idle',
    });
    expect(await mustMove(target, id, 'forward')).toBe(1);
  });

  it('of a partition that is taken out without a transaction does not make its readers wait either', async () => {
    const owner = postgres(database.owner.url, { max: 1, onnotice: () => undefined });
    await owner.unsafe(`CREATE TABLE logs (id int PRIMARY KEY) PARTITION BY RANGE (id);
      CREATE TABLE old_logs PARTITION OF logs FOR VALUES FROM (0) TO (10); INSERT INTO logs VALUES (1)`);
    await owner.end();
    const operations = [{ detach_partition: { table: 'logs', partition: 'old_logs' } }];
    const spec = toTransitionSpec(transitionFileSchema.parse({ name: 'leaves', operations }));
    const plan = await planTransition(target, spec);
    const { id } = await fixPlan(target, { plan, managedBy: null, settings: { maxPauseMs: 100 } });
    while ((await requireRollout(target, { id })).position < plan.phases.length - 1)
      await mustMove(target, id, 'forward', { acknowledged: ['*'] });
    const blocker = await app.reserve();
    let blocked = true;
    let waits = 0;
    try {
      await blocker`BEGIN`;
      // By its own name: who reads it through the table above is waited for before any lock is asked for.
      await blocker`SELECT count(*) FROM old_logs`;
      const reader = (async () => {
        while (blocked) await app`SELECT count(*) FROM old_logs`;
      })();
      // Held up for too long: the move is let go, or this would never end.
      reader.catch(() => blocker`COMMIT`);
      const position = await mustMove(target, id, 'forward', {
        acknowledged: ['*'],
        onEvent: async (event) => {
          if (event.type !== 'lock_wait') return;
          waits += 1;
          if (waits === 3) await blocker`COMMIT`;
        },
      });
      blocked = false;
      // Else it would have waited for the blocker, which waits for the test.
      await reader;
      expect(position).toBe(plan.phases.length);
    } finally {
      blocked = false;
      blocker.release();
    }
    expect(waits).toBeGreaterThanOrEqual(3);
    expect(await app`SELECT inhparent FROM pg_inherits WHERE inhrelid = 'old_logs'::regclass`).toEqual([]);
  });

  const fixSql = async (up: string, maxPauseMs: number) => {
    const operations = [{ free_sql: { up, down: 'SELECT 1' } }];
    const spec = transitionFileSchema.parse({ name: 'own', operations });
    const plan = await planTransition(target, toTransitionSpec(spec));
    return (await fixPlan(target, { plan, managedBy: null, settings: { maxPauseMs } })).id;
  };

  it('is waited for again and again by SQL of the team, however short the pause is', async () => {
    const id = await fixSql('ALTER TABLE public.items ADD COLUMN extra int', 100);
    const blocker = await app.reserve();
    const stop = new AbortController();
    const waits: MoveEvent[] = [];
    try {
      await blocker`BEGIN`;
      await blocker`SELECT count(*) FROM items`;
      await askFor(target, id, 'forward', ['*']);
      const outcome = await runMove(target, {
        rolloutId: id,
        owner: 'test',
        signal: stop.signal,
        onEvent: (event) => {
          if (event.type === 'lock_wait') waits.push(event);
          if (waits.length === 2) stop.abort();
        },
      });
      expect(outcome).toEqual({ kind: 'stopped' });
      await blocker`COMMIT`;
    } finally {
      blocker.release();
    }
    expect(waits).toHaveLength(2);
  });

  it('SQL of the team that works for longer than the pause is stopped, and says so', async () => {
    const id = await fixSql('SELECT pg_catalog.pg_sleep(60)', LONGEST_PAUSE_MS);
    expect(await move(target, id, 'forward', { acknowledged: ['*'] })).toMatchObject({
      kind: 'failed',
      error: { code: 'step_failed', message: expect.stringContaining('stopped after 10 ms') },
    });
  });
});

import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { toTransitionSpec, transitionFileSchema } from '@/lib/core/operation';
import { Random } from '@/lib/core/random';
import { ACTOR, finish } from '@/test/lifecycle/move';
import { createTestDatabase, type TestDatabase } from '@/test/postgres/test-database';
import { planTransition } from './plan-transition';
import { fixPlan, requestMove, requireRollout } from './rollouts';
import { openTarget, type Target } from './target';

const FULL = process.env.SEGUE_TEST_FULL === '1';
const ROWS = FULL ? 1_000_000 : 100_000;
const KILLS = FULL ? 20 : 5;
const BATCH_ROWS = 1000;
const ROOT = path.resolve(import.meta.dirname, '..', '..');
const eventSchema = z.looseObject({ type: z.string().optional(), rows: z.number().optional() });
type Event = z.infer<typeof eventSchema>;

describe('a worker that is killed or stopped', () => {
  let database: TestDatabase;
  let sql: postgres.Sql;
  let target: Target;
  let rolloutId: string;
  const children = new Set<ChildProcess>();

  beforeAll(async () => {
    database = await createTestDatabase({
      setup: `CREATE TABLE items (id bigint PRIMARY KEY, name text) WITH (autovacuum_enabled = off);
        INSERT INTO items SELECT g, 'name ' || g FROM generate_series(1, ${ROWS}) g; ANALYZE items`,
    });
    sql = postgres(database.superuserUrl, { max: 1, onnotice: () => undefined });
    target = openTarget({ url: database.owner.url });
    const spec = transitionFileSchema.parse({
      name: 'faults',
      operations: [{ rename_column: { table: 'items', from: 'name', to: 'full_name' } }],
    });
    const plan = await planTransition(target, toTransitionSpec(spec));
    rolloutId = (
      await fixPlan(target, { plan, managedBy: null, settings: { batchRows: BATCH_ROWS, batchPauseMs: 5 } })
    ).id;
    await ask('forward');
    expect(await finish(target, { rolloutId, owner: 'test' })).toMatchObject({
      kind: 'completed',
      position: 1,
    });
  });
  afterEach(() => {
    for (const child of children) child.kill('SIGKILL');
    children.clear();
  });
  afterAll(async () => {
    await Promise.all([target.close(), sql.end({ timeout: 5 })]);
    await database.drop();
  });

  const ask = async (direction: 'forward' | 'back') => {
    const { version } = await requireRollout(target, { id: rolloutId });
    await requestMove(target, { rolloutId, direction, expectedVersion: version, actor: ACTOR });
  };

  /** A worker process; `events` gets what it says. */
  const work = (onEvent: (event: Event) => void): ChildProcess => {
    const child = spawn(
      process.execPath,
      ['scripts/run-typescript.mjs', 'test/move-process.ts', database.owner.url, rolloutId],
      { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    children.add(child);
    createInterface({ input: child.stdout }).on('line', (line) =>
      onEvent(eventSchema.parse(JSON.parse(line))),
    );
    return child;
  };
  /** Row updates of the table as PostgreSQL counts them. */
  const updates = async (): Promise<number> => {
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const [row] = await sql<
      { count: string }[]
    >`SELECT n_tup_upd AS count FROM pg_stat_all_tables WHERE relid = 'items'::regclass`;
    return Number(row?.count);
  };
  /** A sum over each table, Segue's own included. */
  const everything = async (): Promise<Record<string, unknown>> => {
    const tables = await sql<{ name: string }[]>`
      SELECT c.oid::regclass::text AS name FROM pg_class c WHERE c.relkind = 'r' AND (c.relnamespace = 'segue'::regnamespace OR c.oid = 'items'::regclass)`;
    const sums: Record<string, unknown> = {};
    for (const { name } of tables) {
      const [row] = await sql.unsafe(
        `SELECT md5(string_agg(t::text, '' ORDER BY t::text)) AS sum FROM ${name} t`,
      );
      sums[name] = row?.sum;
    }
    return sums;
  };
  const cursor = async (): Promise<number> => {
    const [row] = await sql<
      { seen: string }[]
    >`SELECT sum(rows_seen) AS seen FROM segue.backfill_ranges WHERE rollout_id = ${rolloutId}`;
    return Number(row?.seen ?? 0);
  };

  it(`SIGKILL at ${KILLS} seeded points of a backfill of ${ROWS} rows: goes on from its cursor, nothing twice`, async () => {
    const random = new Random(42);
    const before = await updates();
    await ask('forward');
    const share = Math.floor((ROWS * 0.8) / KILLS);
    for (let kill = 0; kill < KILLS; kill += 1) {
      const point = kill * share + random.below(share);
      let seen = await cursor();
      await new Promise<void>((resolve) => {
        const child = work((event) => {
          if (event.type !== 'batch') return;
          seen += event.rows ?? 0;
          if (seen >= point) child.kill('SIGKILL');
        });
        child.once('exit', () => resolve());
      });
      const killedAt = performance.now();
      // Another process, this one, goes on from there.
      const stop = new AbortController();
      let resumedAfter = 0;
      let resumedAt = 0;
      const outcome = await finish(target, {
        rolloutId,
        owner: 'another',
        signal: stop.signal,
        onEvent: async (event) => {
          if (event.type !== 'batch' || resumedAfter > 0) return;
          resumedAfter = performance.now() - killedAt;
          resumedAt = (await cursor()) - Number(event.rows);
          stop.abort();
        },
      });
      expect(outcome).toEqual({ kind: 'stopped' });
      expect(resumedAt).toBeGreaterThanOrEqual(seen);
      expect(resumedAfter).toBeLessThan(10_000);
    }
    const outcome = await finish(target, { rolloutId, owner: 'test' });
    expect(outcome).toMatchObject({ kind: 'completed', position: 2 });
    const done = await updates();
    expect(done - before).toBeGreaterThanOrEqual(ROWS);
    expect(done - before).toBeLessThanOrEqual(ROWS + KILLS * BATCH_ROWS);
    const [row] = await sql<
      { wrong: number }[]
    >`SELECT count(*)::int AS wrong FROM items WHERE full_name IS DISTINCT FROM name`;
    expect(row?.wrong).toBe(0);
  });

  it('SIGSTOP, another takes the lease, SIGCONT: it commits nothing more', async () => {
    await ask('back');
    expect(await finish(target, { rolloutId, owner: 'test' })).toMatchObject({
      kind: 'completed',
      position: 1,
    });
    await ask('forward');
    let last: unknown = null;
    const stopped = await new Promise<ChildProcess>((resolve) => {
      let batches = 0;
      const child = work((event) => {
        last = event;
        if (event.type !== 'batch') return;
        batches += 1;
        if (batches === 5 && child.kill('SIGSTOP')) resolve(child);
      });
    });
    const halt = new AbortController();
    const taken = await finish(target, {
      rolloutId,
      owner: 'another',
      signal: halt.signal,
      onEvent: (event) => {
        if (event.type === 'batch') halt.abort();
      },
    });
    expect(taken).toEqual({ kind: 'stopped' });
    const before = await everything();
    const end = new Promise<void>((resolve) => stopped.once('exit', () => resolve()));
    stopped.kill('SIGCONT');
    await end;
    expect(await everything()).toEqual(before);
    expect(last).toMatchObject({
      error: { code: expect.stringMatching(/^(lease_lost|connection_failed)$/) },
    });
    expect(await finish(target, { rolloutId, owner: 'test' })).toMatchObject({
      kind: 'completed',
      position: 2,
    });
  });
});

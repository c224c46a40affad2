import postgres from 'postgres';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toTransitionSpec, transitionFileSchema } from '@/lib/core/operation';
import type { RolloutSettings } from '@/lib/core/rollout';
import { ACTOR, finish, mustMove } from '@/test/lifecycle/move';
import { createTestDatabase, TEST_MAJORS, type TestDatabase } from '@/test/postgres/test-database';
import { planTransition } from '../plan-transition';
import { changeSettings, fixPlan, requestMove, requireRollout } from '../rollouts';
import type { MoveEvent } from '../run-move';
import { openTarget, type Target } from '../target';
import { readBackfills } from './read-backfills';

const ROWS = 4000;

/** Nothing here differs between majors as far as is known: the others are for the full run. */
const MAJORS = process.env.SEGUE_TEST_FULL === '1' ? TEST_MAJORS : TEST_MAJORS.slice(-1);

describe.each(MAJORS)('a backfill on PostgreSQL %i', (major) => {
  let database: TestDatabase;
  let target: Target;
  let sql: postgres.Sql;
  let rolloutId: string;

  beforeEach(async () => {
    database = await createTestDatabase({ major });
    target = openTarget({ url: database.owner.url });
    sql = postgres(database.owner.url, { max: 2, onnotice: () => undefined });
  });
  afterEach(async () => {
    await Promise.all([target.close(), sql.end({ timeout: 5 })]);
    await database.drop();
  });

  /** Makes the table, plans the operation and goes through the phases before the one with the backfill. */
  const prepare = async (
    setup: string,
    operation: unknown,
    settings: Partial<RolloutSettings> = {},
    dualWrite = 'managed',
  ) => {
    await sql.unsafe(setup);
    const spec = transitionFileSchema.parse({ name: 'backfill', dualWrite, operations: [operation] });
    const plan = await planTransition(target, toTransitionSpec(spec));
    rolloutId = (await fixPlan(target, { plan, managedBy: null, settings })).id;
    if (plan.phases[0]?.kind === 'expand') await mustMove(target, rolloutId, 'forward');
  };
  /** Starts the phase and works on it; `onBatch` is called after each batch. */
  const run = async (onBatch: (event: MoveEvent, count: number) => Promise<void> = async () => undefined) => {
    const batches: MoveEvent[] = [];
    const { version } = await requireRollout(target, { id: rolloutId });
    await requestMove(target, { rolloutId, direction: 'forward', expectedVersion: version, actor: ACTOR });
    const onEvent = async (event: MoveEvent) => {
      if (event.type !== 'batch' && event.type !== 'batch_retried') return;
      batches.push(event);
      if (event.type === 'batch') await onBatch(event, batches.length);
    };
    expect(await finish(target, { rolloutId, owner: 'test', onEvent })).toMatchObject({ kind: 'completed' });
    return batches;
  };
  const progress = async () => {
    const [found] = await readBackfills(target, rolloutId);
    if (found === undefined) throw new Error('no backfill');
    return found;
  };
  const disagree = async (): Promise<number> => {
    const [row] = await sql<
      { n: number }[]
    >`SELECT count(*)::int AS n FROM items WHERE full_name IS DISTINCT FROM name`;
    return row?.n ?? -1;
  };
  const rename = { rename_column: { table: 'items', from: 'name', to: 'full_name' } };
  const items = (rows = ROWS) =>
    `CREATE TABLE items (id bigint PRIMARY KEY, name text) WITH (autovacuum_enabled = off);
     INSERT INTO items SELECT g, 'name ' || g FROM generate_series(1, ${rows}) g; ANALYZE items`;

  it('of a random key, in three lanes: every row once, and nothing missed', async () => {
    await prepare(
      `CREATE TABLE items (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text) WITH (autovacuum_enabled = off);
       INSERT INTO items (name) SELECT 'name ' || g FROM generate_series(1, ${ROWS}) g; ANALYZE items`,
      rename,
      { lanes: 3, batchRows: 200 },
    );
    const batches = await run();
    expect(await disagree()).toBe(0);
    expect(new Set(batches.map(({ lane }) => lane)).size).toBe(3);
    expect(await progress()).toMatchObject({ rowsChanged: ROWS, share: 1, state: 'done' });
    const changed = batches.reduce((sum, { changed }) => sum + Number(changed), 0);
    expect(changed).toBe(ROWS);
    // A range that two lanes had at once would have counted its pages twice.
    expect(
      await sql`SELECT number, units_done, units_total FROM segue.backfill_ranges WHERE units_done <> units_total`,
    ).toEqual([]);
  });

  it('where the application writes both sides: finds rows that other updates move behind it', async () => {
    await prepare(
      `${items()}; ALTER TABLE items ADD COLUMN n int`,
      rename,
      { batchRows: 100 },
      'application',
    );
    await run(async (_, count) => {
      if (count === 2) await sql`UPDATE items SET n = 1`;
    });
    expect(await disagree()).toBe(0);
  });

  it('of a table without a key', async () => {
    await prepare(
      `CREATE TABLE items (name text, fax text) WITH (autovacuum_enabled = off);
       INSERT INTO items SELECT 'name ' || g, CASE WHEN g % 3 = 0 THEN 'x' END FROM generate_series(1, ${ROWS}) g`,
      { set_not_null: { table: 'items', column: 'fax', value: "'none'" } },
      { batchRows: 50 },
    );
    await run();
    // Less than a page at a time; what is not marked as done would be begun again after an interruption.
    expect(await sql`SELECT number FROM segue.backfill_ranges WHERE NOT done`).toEqual([]);
    expect(await sql`SELECT fax, count(*)::int AS n FROM items GROUP BY fax ORDER BY fax`).toEqual([
      { fax: 'none', n: ROWS - Math.floor(ROWS / 3) },
      { fax: 'x', n: Math.floor(ROWS / 3) },
    ]);
  });

  it('lanes and batches change while it runs', async () => {
    const rows = 40_000;
    await prepare(items(rows), rename, { lanes: 1, batchRows: 25, batchPauseMs: 2 });
    const change = (settings: Partial<RolloutSettings>) =>
      changeSettings(target, { rolloutId, settings, actor: ACTOR });
    const lanes: number[] = [];
    await run(async (event, count) => {
      lanes.push(Number(event.lane));
      if (count === 10) await change({ lanes: 4 });
      if (event.lane === 4 && lanes.filter((lane) => lane === 4).length === 1)
        await change({ lanes: 1, batchRows: 500, batchPauseMs: 0 });
    });
    expect(new Set(lanes.slice(0, 9))).toEqual(new Set([1]));
    expect(new Set(lanes)).toEqual(new Set([1, 2, 3, 4]));
    expect(new Set(lanes.slice(-3))).toEqual(new Set([1]));
    expect(await disagree()).toBe(0);
    expect(await progress()).toMatchObject({ rowsSeen: rows, rowsChanged: rows });
  });

  it('a table that is written anew on the way is planned again, and no row is missed', async () => {
    await prepare(items(), rename, { batchRows: 300 });
    await run(async (_, count) => {
      // In another order: what was at the end is at the beginning now.
      if (count === 5)
        await sql.unsafe(
          'CREATE INDEX backwards ON items (name DESC); CLUSTER items USING backwards; DROP INDEX backwards',
        );
    });
    expect(await disagree()).toBe(0);
    expect((await progress()).rowsChanged).toBe(ROWS);
  });

  it('a cursor that is not where the batch begins is not written over: all is planned again', async () => {
    await prepare(items(), rename, { batchRows: 300 });
    await run(async (_, count) => {
      if (count === 5) await sql`UPDATE segue.backfill_ranges SET next_item = next_item + 1 WHERE NOT done`;
    });
    expect(await disagree()).toBe(0);
    expect((await progress()).rowsChanged).toBe(ROWS);
    // What the first plan had written was brought over when the second was made.
    const [kept] = await sql<{ rows: number }[]>`SELECT rows_changed::int AS rows FROM segue.backfills`;
    expect(kept?.rows).toBeGreaterThan(0);
  });

  it('a batch is one transaction: rows, cursor and counts are gone together when its end fails', async () => {
    // Fails at the commit, after everything else.
    const failing = (
      rows: number,
    ) => `CREATE OR REPLACE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF (SELECT count(*) FROM public.items WHERE full_name IS NOT NULL) > ${rows} THEN RAISE 'not now' USING ERRCODE = '55P03'; END IF;
      RETURN NULL; END $$`;
    await prepare(
      `${items()}; ${failing(1000)};
       CREATE CONSTRAINT TRIGGER last AFTER UPDATE ON items DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.id % 100 = 0) EXECUTE FUNCTION fail()`,
      rename,
      { batchRows: 300 },
    );
    const { version } = await requireRollout(target, { id: rolloutId });
    await requestMove(target, { rolloutId, direction: 'forward', expectedVersion: version, actor: ACTOR });
    let retried = 0;
    const outcome = await finish(target, {
      rolloutId,
      owner: 'test',
      onEvent: async (event) => {
        if (event.type !== 'batch_retried') return;
        retried += 1;
        if (retried < 3) return;
        const [row] = await sql<{ written: number; counted: number }[]>`
          SELECT (SELECT count(*)::int FROM items WHERE full_name IS NOT NULL) AS written, (SELECT sum(rows_changed)::int FROM segue.backfill_ranges) AS counted`;
        expect(row?.counted).toBe(row?.written);
        if (retried === 3) await sql.unsafe(failing(ROWS));
      },
    });
    expect(outcome).toMatchObject({ kind: 'completed' });
    expect(retried).toBeGreaterThanOrEqual(3);
    expect(await progress()).toMatchObject({ rowsSeen: ROWS, rowsChanged: ROWS });
  });

  it('gives way to a lock, splits the batch, and goes on when the lock is gone', async () => {
    await prepare(items(), rename, { batchRows: 1000 });
    const holder = await sql.reserve();
    await holder`BEGIN`;
    await holder`SELECT 1 FROM items WHERE id = ${ROWS - 5} FOR UPDATE`;
    const retried: number[] = [];
    const { version } = await requireRollout(target, { id: rolloutId });
    await requestMove(target, { rolloutId, direction: 'forward', expectedVersion: version, actor: ACTOR });
    const outcome = await finish(target, {
      rolloutId,
      owner: 'test',
      onEvent: async (event) => {
        if (event.type !== 'batch_retried') return;
        retried.push(Number(event.rows));
        if (retried.length === 4) await holder`COMMIT`;
      },
    });
    holder.release();
    expect(outcome).toMatchObject({ kind: 'completed' });
    expect(retried[3]).toBeLessThan((retried[0] ?? 0) / 4);
    expect(await disagree()).toBe(0);
  });

  it('of a conversion finds a row that an update of something else moved behind its cursor', async () => {
    await prepare(
      `CREATE TABLE items (id bigint PRIMARY KEY, size text, note text) WITH (autovacuum_enabled = off);
       INSERT INTO items SELECT g, g::text, repeat('x', 50) FROM generate_series(1, ${ROWS}) g;
       DELETE FROM items WHERE id BETWEEN 2 AND 1000`,
      {
        change_type: {
          table: 'items',
          column: 'size',
          to: 'size_new',
          type: 'integer',
          up: 'size::integer',
          down: 'size_new::text',
          onFailure: 'reject',
        },
      },
      { batchRows: 100, batchPauseMs: 1 },
    );
    await sql`VACUUM ANALYZE items`;
    // The last rows move into the room that the deleted ones left at the beginning.
    let behind = 0;
    await run(async (_, count) => {
      if (count !== 8) return;
      await sql`UPDATE items SET note = repeat('y', 50) WHERE id > ${ROWS - 500}`;
      behind = (
        await sql`SELECT 1 FROM items WHERE id > ${ROWS - 500} AND size_new IS NULL AND ctid < '(6,0)'::tid`
      ).length;
    });
    expect(behind).toBeGreaterThan(0);
    expect(await sql`SELECT id FROM items WHERE size_new IS DISTINCT FROM size::integer`).toEqual([]);
    expect((await progress()).round).toBeGreaterThan(0);
  });

  it('that an earlier commit of Segue began goes on by key from its cursor, a composite one too', async () => {
    await prepare(
      `CREATE TABLE items (region text, number integer, name text, PRIMARY KEY (region, number)) WITH (autovacuum_enabled = off);
       INSERT INTO items SELECT 'r' || g % 7, g, 'name ' || g FROM generate_series(1, ${ROWS}) g`,
      rename,
      { batchRows: 150 },
    );
    let planned = false;
    await run(async () => {
      if (planned) return;
      planned = true;
    });
    // Back to where that commit left it: rows up to a key done, the rest not.
    await mustMove(target, rolloutId, 'back');
    await sql`UPDATE items SET full_name = NULL`;
    const [rollout] = await sql<{ steps: string }[]>`
      SELECT s ->> 'id' AS steps FROM segue.rollouts, jsonb_path_query(plan, '$.phases[*].steps[*] ? (@.kind == "backfill")') s`;
    await sql`UPDATE items SET full_name = name WHERE (region, number) <= ('r2', 100)`;
    await sql`INSERT INTO segue.backfills (rollout_id, step_id, last_key, end_key, rows_total, rows_seen)
      VALUES (${rolloutId}, ${rollout?.steps ?? ''}, '{r2,100}', (SELECT ARRAY[region, number::text] FROM items ORDER BY region DESC, number DESC LIMIT 1), ${ROWS}, 1200)`;
    const before = await sql<{ n: number }[]>`SELECT count(*)::int AS n FROM items WHERE full_name IS NULL`;
    const batches = await run();
    expect(await disagree()).toBe(0);
    expect(batches.reduce((sum, { changed }) => sum + Number(changed), 0)).toBe(before[0]?.n);
    expect(await sql`SELECT DISTINCT kind FROM segue.backfill_ranges`).toEqual([{ kind: 'keys' }]);
  });
});

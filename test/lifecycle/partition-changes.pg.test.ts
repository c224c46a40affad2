import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { requireRollout } from '@/lib/engine/rollouts';
import type { MoveEvent } from '@/lib/engine/run-move';
import { watchRollout } from '@/lib/engine/watch-rollout';
import { segueLeftovers } from './catalog-dump';
import { move, mustMove } from './move';
import { openSyncBench, type SyncBench } from './sync-bench';

const TABLE = (column: string) => `
  CREATE TABLE items (id int NOT NULL, shelf int NOT NULL DEFAULT 0, ${column}, PRIMARY KEY (id, shelf)) PARTITION BY LIST (shelf);
  CREATE TABLE items_0 PARTITION OF items FOR VALUES IN (0);
  CREATE TABLE items_1 PARTITION OF items FOR VALUES IN (1);`;
const RENAME = { rename_column: { table: 'items', from: 'name', to: 'full_name' } } as const;
const DECIMAL = {
  change_type: {
    table: 'items',
    column: 'price',
    to: 'price_decimal',
    type: 'numeric(10,2)',
    up: 'price / 100.0',
    down: '(price_decimal * 100)::int',
  },
} as const;
const ALL = { acknowledged: ['*'] };
/** The event at which the sync is there and nothing is copied yet. */
const beforeCopy = (event: MoveEvent) =>
  event.type === 'step_started' && String(event.stepId).endsWith('dual_write.backfill');

/** The short run has the others. */
const onlyFull = process.env.SEGUE_TEST_FULL === '1' ? it : () => undefined;

describe('partitions that change while a rollout runs', () => {
  let bench: SyncBench;
  beforeEach(async () => {
    bench = await openSyncBench();
  });
  afterEach(() => bench.close());

  const conflicts = async () => (await bench.superuser`SELECT 1 FROM segue.conflicts`).length;
  const wrong = async (condition: string) =>
    (await bench.superuser.unsafe(`SELECT * FROM items WHERE ${condition}`)).map((row) => ({ ...row }));
  /** A table that the team made and filled beside the partitioned one, and attaches by itself. */
  const attach = (filled: string) =>
    bench.owner.unsafe(`CREATE TABLE items_2 (LIKE items INCLUDING ALL); INSERT INTO items_2 ${filled};
      ALTER TABLE items ATTACH PARTITION items_2 FOR VALUES IN (2)`);

  it('a row that moves to another partition before it is copied keeps its value, also one that is the default', async () => {
    await bench.owner.unsafe(`${TABLE('price int NOT NULL DEFAULT 250')}
      INSERT INTO items SELECT g, 0, CASE WHEN g % 2 = 0 THEN 250 ELSE g END FROM generate_series(1, 40) g`);
    const id = await bench.begin([DECIMAL], 1);
    const client = await bench.client();
    let moved = false;
    await mustMove(bench.target, id, 'forward', {
      ...ALL,
      onEvent: async (event) => {
        if (!beforeCopy(event)) return;
        await client.query('UPDATE items SET shelf = 1 WHERE id <= 30');
        moved = true;
      },
    });
    expect(moved).toBe(true);
    expect(await wrong('price_decimal IS DISTINCT FROM price / 100.0')).toEqual([]);
    expect(await wrong('price <> CASE WHEN id % 2 = 0 THEN 250 ELSE id END')).toEqual([]);
    expect(await conflicts()).toBe(0);
  });

  it.each([
    [
      'copied',
      TABLE('name text'),
      `'n' || g`,
      RENAME,
      `full_name IS DISTINCT FROM name OR name <> 'n' || id`,
    ],
    [
      'converted',
      TABLE('price int'),
      'g',
      DECIMAL,
      'price_decimal IS DISTINCT FROM price / 100.0 OR price <> id',
    ],
  ])(
    'rows that are %s move to and fro behind and before the walk, and none is missed',
    async (_, setup, value, operation, isWrong) => {
      await bench.owner.unsafe(
        `${setup} INSERT INTO items SELECT g, g % 2, ${value} FROM generate_series(1, 400) g`,
      );
      const id = await bench.begin([operation], 1);
      await bench.superuser`UPDATE segue.rollouts SET settings = settings || '{"batchRows": 20}'`;
      const client = await bench.client();
      let batches = 0;
      await mustMove(bench.target, id, 'forward', {
        ...ALL,
        onEvent: async (event) => {
          if (event.type !== 'batch') return;
          batches += 1;
          await client.query('UPDATE items SET shelf = 1 - shelf WHERE id % 10 = $1', [batches % 10]);
        },
      });
      expect(batches).toBeGreaterThan(10);
      expect(await wrong(isWrong)).toEqual([]);
      expect((await wrong('true')).length).toBe(400);
      await mustMove(bench.target, id, 'forward', ALL);
      await client.query('UPDATE items SET shelf = 1 - shelf');
      expect(await wrong(isWrong)).toEqual([]);
      expect(await conflicts()).toBe(0);
    },
  );

  onlyFull(
    'a partition attached while rows are copied is copied too; later, the retry copies it',
    async () => {
      await bench.owner.unsafe(
        `${TABLE('name text')} INSERT INTO items SELECT g, g % 2, 'n' || g FROM generate_series(1, 40) g`,
      );
      const id = await bench.begin([RENAME], 1);
      let attached = 0;
      await mustMove(bench.target, id, 'forward', {
        ...ALL,
        onEvent: async (event) => {
          if (!beforeCopy(event)) return;
          attached += 1;
          await attach(`SELECT 100 + g, 2, 'n' || (100 + g), NULL FROM generate_series(1, 50) g`);
        },
      });
      expect(attached).toBe(1);
      expect(await wrong('full_name IS DISTINCT FROM name')).toEqual([]);

      await mustMove(bench.target, id, 'back', ALL);
      await bench.owner`ALTER TABLE items DETACH PARTITION items_2`;
      await bench.owner`UPDATE items_2 SET full_name = NULL`;
      const failed = await move(bench.target, id, 'forward', {
        ...ALL,
        onEvent: async (event) => {
          if (event.type === 'step_started' && String(event.stepId).endsWith('analyze'))
            await bench.owner`ALTER TABLE items ATTACH PARTITION items_2 FOR VALUES IN (2)`;
        },
      });
      expect(failed).toMatchObject({ kind: 'failed', error: { code: 'check_failed' } });
      await mustMove(bench.target, id, 'forward', ALL);
      expect(await wrong('full_name IS DISTINCT FROM name')).toEqual([]);
    },
  );

  it('one attached after Sync is named by the watch check, stops Switch, and is copied when Sync is done again', async () => {
    await bench.owner.unsafe(
      `${TABLE('name text')} INSERT INTO items SELECT g, g % 2, 'n' || g FROM generate_series(1, 40) g`,
    );
    const id = await bench.begin([RENAME], 2);
    const watch = async () =>
      (await watchRollout(bench.target, await requireRollout(bench.target, { id })))[0];
    // Made empty: all that comes into it goes through the sync.
    await bench.owner.unsafe(
      `CREATE TABLE items_3 PARTITION OF items FOR VALUES IN (3); INSERT INTO items (id, shelf, name) VALUES (1000, 3, 'x')`,
    );
    expect(await watch()).toMatchObject({ outcome: 'pass' });
    await attach(`SELECT 100 + g, 2, 'n' || (100 + g), NULL FROM generate_series(1, 50) g`);
    const says = 'The partition public.items_2 was attached after the copy';
    expect(await watch()).toMatchObject({ outcome: 'fail', summary: expect.stringContaining(says) });
    const refused = await move(bench.target, id, 'forward', ALL);
    expect(refused).toMatchObject({ kind: 'failed', error: { message: expect.stringContaining(says) } });
    await mustMove(bench.target, id, 'back', ALL);
    await mustMove(bench.target, id, 'forward', ALL);
    expect(await watch()).toMatchObject({ outcome: 'pass' });
    expect(await wrong('full_name IS DISTINCT FROM name')).toEqual([]);
    while ((await mustMove(bench.target, id, 'forward', ALL)) < 5);
    expect(await segueLeftovers(bench.superuser)).toEqual([]);
  });

  onlyFull('a partition detached while rows are copied is left alone, and the rest goes on', async () => {
    await bench.owner.unsafe(
      `${TABLE('name text')} INSERT INTO items SELECT g, g % 2, 'n' || g FROM generate_series(1, 400) g`,
    );
    const id = await bench.begin([RENAME], 1);
    await bench.superuser`UPDATE segue.rollouts SET settings = settings || '{"batchRows": 20}'`;
    let detached = false;
    await mustMove(bench.target, id, 'forward', {
      ...ALL,
      onEvent: async (event) => {
        if (event.type !== 'batch' || detached) return;
        detached = true;
        await bench.owner`ALTER TABLE items DETACH PARTITION items_1`;
      },
    });
    expect(detached).toBe(true);
    expect(await wrong('full_name IS DISTINCT FROM name')).toEqual([]);
    const [alone] = await bench.superuser`SELECT count(full_name)::integer AS copied FROM items_1`;
    expect(alone).toEqual({ copied: 0 });
  });
});

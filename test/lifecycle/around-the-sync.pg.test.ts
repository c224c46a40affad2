import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TransitionFile } from '@/lib/core/operation';
import { acceptDrift } from '@/lib/engine/rollouts';
import { FEWER_MAJORS } from '../postgres/test-majors';
import { ACTOR, move, mustMove } from './move';
import { openSyncBench, type SyncBench } from './sync-bench';

type Operations = TransitionFile['operations'];

const RENAME: Operations = [{ rename_column: { table: 'items', from: 'name', to: 'full_name' } }];

const FULL = process.env.SEGUE_TEST_FULL === '1';

describe.each(FEWER_MAJORS)('keys, views and partitions around a sync, on PostgreSQL %i', (major) => {
  let bench: SyncBench;
  beforeEach(async () => {
    bench = await openSyncBench(major);
  });
  afterEach(() => bench.close());

  it('keys of an extension’s type are found by its own operator and their index', async () => {
    await bench.owner.unsafe(`CREATE EXTENSION citext SCHEMA public; CREATE EXTENSION ltree SCHEMA public;
      CREATE TABLE items (id int PRIMARY KEY, name public.citext UNIQUE, path public.ltree, n int NOT NULL DEFAULT 0, UNIQUE (path));
      INSERT INTO items (id, name, path) SELECT g, 'Name ' || g, ('top.n' || g)::public.ltree FROM generate_series(1, 5000) g; ANALYZE items`);
    await bench.begin([...RENAME, { rename_column: { table: 'items', from: 'path', to: 'place' } }], 2);
    const app = await bench.client();
    await app.query('BEGIN');
    const counted = async () => {
      const { rows } = await app.query<{ scans: number; keys: number }>(
        `SELECT (SELECT sum(seq_scan)::int FROM pg_stat_xact_user_tables WHERE relid = 'items'::regclass) AS scans,
          (SELECT sum(n_tup_ins)::int FROM pg_stat_xact_user_tables WHERE relname = 'new_keys') AS keys`,
      );
      return rows[0];
    };
    await app.query(
      "INSERT INTO items (id, name, path) VALUES (7001, 'NAME 17', 'top.n17') ON CONFLICT (name) DO UPDATE SET n = items.n + 1",
    );
    // The row is there, by either key: nobody queues, and no table is read through.
    expect(await counted()).toEqual({ scans: 0, keys: 0 });
    await app.query("INSERT INTO items (id, full_name, place) VALUES (7002, 'new', 'top.new')");
    expect(await counted()).toEqual({ scans: 0, keys: 2 });
    await app.query('COMMIT');
    expect(await bench.owner`SELECT id, n FROM items WHERE full_name = 'name 17'`).toEqual([
      { id: 17, n: 1 },
    ]);
  });

  it('a unique index of another collation is used, and a row that enters a partial one queues', async () => {
    await bench.owner.unsafe(`CREATE TABLE items (id int PRIMARY KEY, name text COLLATE "C", active boolean NOT NULL DEFAULT true);
      CREATE UNIQUE INDEX items_name ON items (name COLLATE "und-x-icu") WHERE active;
      INSERT INTO items SELECT g, 'name ' || g, g < 5000 FROM generate_series(1, 5000) g; ANALYZE items`);
    await bench.begin(RENAME, 2);
    const app = await bench.client();
    await app.query('BEGIN');
    const { rows } = await app.query<{ scans: number }>(
      `WITH entered AS (UPDATE items SET active = true WHERE id = 5000) SELECT 1`,
    );
    expect(rows).toHaveLength(1);
    const counted = await app.query(
      `SELECT (SELECT sum(seq_scan)::int FROM pg_stat_xact_user_tables WHERE relid = 'items'::regclass) AS scans,
        (SELECT sum(n_tup_ins)::int FROM pg_stat_xact_user_tables WHERE relname = 'new_keys') AS keys`,
    );
    expect(counted.rows).toEqual([{ scans: 0, keys: 1 }]);
    await app.query('COMMIT');
  });

  it.each(FULL ? ['SET NULL', 'CASCADE', 'SET DEFAULT'] : ['SET DEFAULT'])(
    'foreign key ON DELETE %s ON UPDATE CASCADE in each stage',
    async (action) => {
      await bench.owner.unsafe(`CREATE TABLE groups (id int PRIMARY KEY); INSERT INTO groups SELECT generate_series(1, 60);
      CREATE TABLE items (id int PRIMARY KEY, group_id int DEFAULT 1 REFERENCES groups ON DELETE ${action} ON UPDATE CASCADE);
      INSERT INTO items SELECT g, g FROM generate_series(1, 50) g`);
      const id = await bench.begin(
        [{ rename_column: { table: 'items', from: 'group_id', to: 'team_id' } }],
        2,
      );
      let n = 10;
      const check = async (retired: boolean) => {
        n += 1;
        await bench.owner`DELETE FROM groups WHERE id = ${n}`;
        await bench.owner`UPDATE groups SET id = ${n + 1000} WHERE id = ${n + 20}`;
        const rows = await bench.owner`SELECT * FROM items WHERE id IN (${n}, ${n + 20}) ORDER BY id`;
        const value = action === 'SET NULL' ? null : 1;
        const found = rows.map((r) => [
          r.id,
          r.team_id,
          retired ? undefined : r.group_id,
          Object.entries(r)
            .filter(([k]) => k.startsWith('segue_ret'))
            .map(([, v]) => v),
        ]);
        expect(found, String(retired)).toEqual([
          ...(action === 'CASCADE' ? [] : [[n, value, retired ? undefined : value, retired ? [value] : []]]),
          [n + 20, n + 1000, retired ? undefined : n + 1000, retired ? [n + 1000] : []],
        ]);
      };
      await check(false);
      await mustMove(bench.target, id, 'forward', { acknowledged: ['*'] });
      await check(false);
      await mustMove(bench.target, id, 'forward', { acknowledged: ['*'] });
      await check(true);
      await mustMove(bench.target, id, 'back', { acknowledged: ['*'] });
      await check(false);
      await mustMove(bench.target, id, 'back', { acknowledged: ['*'] });
      await check(false);
      await mustMove(bench.target, id, 'back', { acknowledged: ['*'] });
      await mustMove(bench.target, id, 'back', { acknowledged: ['*'] });
    },
  );

  it.each([
    'SET DEFAULT ON UPDATE CASCADE',
    ...(FULL ? ['SET NULL ON UPDATE SET DEFAULT', 'CASCADE ON UPDATE SET DEFAULT'] : []),
  ])('foreign key ON DELETE %s of a column converted under its name, in each stage', async (actions) => {
    await bench.owner.unsafe(`CREATE TABLE groups (id int PRIMARY KEY); INSERT INTO groups SELECT generate_series(1, 60);
      CREATE TABLE items (id int PRIMARY KEY, group_id int DEFAULT 1 REFERENCES groups ON DELETE ${actions});
      INSERT INTO items SELECT g, g FROM generate_series(1, 50) g`);
    const id = await bench.begin(
      [{ change_type: { table: 'items', column: 'group_id', type: 'bigint' } }],
      2,
    );
    const [onDelete, onUpdate] = actions.split(' ON UPDATE ');
    let n = 10;
    const check = async () => {
      n += 1;
      await bench.owner`DELETE FROM groups WHERE id = ${n}`;
      await bench.owner`UPDATE groups SET id = ${n + 1000} WHERE id = ${n + 20}`;
      const rows = await bench.owner`SELECT * FROM items WHERE id IN (${n}, ${n + 20}) ORDER BY id`;
      const deleted = onDelete === 'SET NULL' ? null : '1';
      const updated = onUpdate === 'CASCADE' ? String(n + 1000) : '1';
      const sides = rows.map(({ id, ...columns }) => [
        id,
        ...new Set(Object.values(columns).map((value) => (value === null ? null : String(value)))),
      ]);
      expect(sides).toEqual([...(onDelete === 'CASCADE' ? [] : [[n, deleted]]), [n + 20, updated]]);
    };
    await check();
    for (const way of ['forward', 'forward', 'back', 'back'] as const) {
      await mustMove(bench.target, id, way, { acknowledged: ['*'] });
      await check();
    }
    await mustMove(bench.target, id, 'back', { acknowledged: ['*'] });
    await mustMove(bench.target, id, 'back', { acknowledged: ['*'] });
  });

  it('a deferrable unique key, swapped in one statement, by either name', async () => {
    await bench.owner`CREATE TABLE items (id int PRIMARY KEY, rank int UNIQUE DEFERRABLE INITIALLY IMMEDIATE)`;
    await bench.owner`INSERT INTO items SELECT g, g FROM generate_series(1, 4) g`;
    const id = await bench.begin([{ rename_column: { table: 'items', from: 'rank', to: 'place' } }], 2);
    const app = await bench.client();
    await app.query('UPDATE items SET rank = 5 - rank');
    await app.query('UPDATE items SET place = 5 - place');
    await app.query(
      'BEGIN; SET CONSTRAINTS ALL DEFERRED; UPDATE items SET rank = 2 WHERE id = 1; UPDATE items SET place = 1 WHERE id = 2; COMMIT',
    );
    await mustMove(bench.target, id, 'forward', { acknowledged: ['*'] });
    await app.query('UPDATE items SET place = 5 - place');
    await mustMove(bench.target, id, 'forward', { acknowledged: ['*'] });
    await app.query('UPDATE items SET place = 5 - place');
    expect(await bench.owner`SELECT id, place FROM items ORDER BY id`).toEqual([
      { id: 1, place: 2 },
      { id: 2, place: 1 },
      { id: 3, place: 3 },
      { id: 4, place: 4 },
    ]);
  });

  it('both versions in one transaction and one statement chain; partition moves with a stamping trigger and a default', async () => {
    await bench.owner.unsafe(`CREATE TABLE items (id int, region text, name text NOT NULL DEFAULT 'nobody', price int DEFAULT 3, at timestamp, PRIMARY KEY (id, region)) PARTITION BY LIST (region);
      CREATE TABLE items_a PARTITION OF items FOR VALUES IN ('a'); CREATE TABLE items_b PARTITION OF items FOR VALUES IN ('b');
      INSERT INTO items SELECT g, CASE WHEN g % 2 = 0 THEN 'a' ELSE 'b' END, 'n' || g, g, now() FROM generate_series(1, 400) g;
      CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.at := clock_timestamp() AT TIME ZONE 'UTC'; RETURN NEW; END $$;
      CREATE TRIGGER stamp BEFORE UPDATE ON items FOR EACH ROW EXECUTE FUNCTION stamp()`);
    const operations: Operations = [
      { rename_column: { table: 'items', from: 'name', to: 'full_name' } },
      {
        change_type: {
          table: 'items',
          column: 'price',
          to: 'amount',
          type: 'numeric(12,2)',
          up: 'price / 100.0',
          down: '(amount * 100)::int',
        },
      },
      {
        change_type: {
          table: 'items',
          column: 'at',
          type: 'timestamptz',
          up: "at AT TIME ZONE 'UTC'",
          down: "at AT TIME ZONE 'UTC'",
        },
      },
    ];
    const id = await bench.begin(operations, 2);
    const app = await bench.client();
    await app.query('BEGIN');
    await app.query(
      "UPDATE items SET name = 'x', region = CASE region WHEN 'a' THEN 'b' ELSE 'a' END WHERE id <= 10",
    );
    await app.query("UPDATE items SET full_name = name || 'y', amount = 7.5 WHERE id <= 10");
    await app.query("UPDATE items SET price = price + 1, region = 'a' WHERE id <= 10");
    await app.query('UPDATE items SET full_name = DEFAULT, amount = DEFAULT WHERE id = 3');
    await app.query("INSERT INTO items (id, region, full_name) VALUES (900, 'b', 'new'), (901, 'a', 'new2')");
    await app.query('COMMIT');
    expect(
      await bench.owner`SELECT id, name, full_name, price, amount::float8 AS amount FROM items WHERE id IN (2, 3, 900) ORDER BY id`,
    ).toEqual([
      { id: 2, name: 'xy', full_name: 'xy', price: 751, amount: 7.51 },
      { id: 3, name: 'nobody', full_name: 'nobody', price: 3, amount: 0.03 },
      { id: 900, name: 'new', full_name: 'new', price: 3, amount: 0.03 },
    ]);
    expect(await bench.owner`SELECT 1 FROM segue.conflicts`).toEqual([]);
    await bench.owner`CREATE OR REPLACE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$`;
    await mustMove(bench.target, id, 'forward', { acknowledged: ['*'] });
    await app.query("UPDATE items SET full_name = 'z', region = 'b' WHERE id <= 10");
    await mustMove(bench.target, id, 'forward', { acknowledged: ['*'] });
    await app.query("UPDATE items SET full_name = 'zz', region = 'a' WHERE id <= 10");
    for (let p = 4; p > 0; p -= 1) await mustMove(bench.target, id, 'back', { acknowledged: ['*'] });
    expect(await bench.owner`SELECT DISTINCT name FROM items WHERE id <= 10`).toEqual([{ name: 'zz' }]);
  });

  it('writes by way of a view with a check option', async () => {
    await bench.owner.unsafe(`CREATE TABLE items (id int PRIMARY KEY, name text, price int);
      CREATE VIEW named AS SELECT id, name FROM items WHERE name <> '' WITH CASCADED CHECK OPTION; GRANT ALL ON named TO PUBLIC;`);
    const id = await bench.begin([{ rename_column: { table: 'items', from: 'name', to: 'full_name' } }], 3);
    const app = await bench.client();
    const write = async (n: number) => {
      await app.query(`INSERT INTO named (id, name) VALUES (${n}, 'by view')`);
      await expect(app.query(`INSERT INTO named (id, name) VALUES (${n + 100}, '')`)).rejects.toThrow(
        /check option/,
      );
      await app.query(`UPDATE named SET name = 'again' WHERE id = ${n}`);
    };
    await write(1);
    await mustMove(bench.target, id, 'forward', { acknowledged: ['*'] });
    await write(2);
    await mustMove(bench.target, id, 'back', { acknowledged: ['*'] });
    await write(3);
    expect(
      await bench.owner`SELECT count(*)::int AS n FROM items WHERE name = 'again' AND full_name = 'again'`,
    ).toEqual([{ n: 3 }]);
  });

  it('a sync that is switched off on one partition, or runs before a trigger of its own, stops Switch by its name', async () => {
    await bench.owner.unsafe(`CREATE TABLE items (id int PRIMARY KEY, name text) PARTITION BY RANGE (id);
      CREATE TABLE low PARTITION OF items FOR VALUES FROM (0) TO (100); CREATE TABLE high PARTITION OF items FOR VALUES FROM (100) TO (200);
      CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.name := 'late'; RETURN NEW; END $$`);
    const id = await bench.begin(RENAME, 2);
    const stopped = async () => {
      const outcome = await move(bench.target, id, 'forward', { acknowledged: ['*'] });
      expect(outcome).toMatchObject({ kind: 'failed', error: { code: 'check_failed' } });
      return JSON.stringify(outcome);
    };
    await bench.owner`ALTER TABLE high DISABLE TRIGGER USER`;
    expect(await stopped()).toMatch(/of the partition public\.high is switched off/);
    await bench.owner`ALTER TABLE high ENABLE TRIGGER USER`;
    await bench.owner`CREATE TRIGGER zzzz BEFORE UPDATE ON low FOR EACH ROW EXECUTE FUNCTION late()`;
    // A person who accepts it is still not let through.
    expect(await move(bench.target, id, 'forward')).toMatchObject({ error: { code: 'drift' } });
    await acceptDrift(bench.target, { rolloutId: id, actor: ACTOR });
    expect(await stopped()).toMatch(/The trigger zzzz of the partition public\.low runs after the sync/);
    await bench.owner`DROP TRIGGER zzzz ON low`;
    await acceptDrift(bench.target, { rolloutId: id, actor: ACTOR });
    await mustMove(bench.target, id, 'forward', { acknowledged: ['*'] });
  });

  it('a partition without the table’s defaults, written to by its own name, loses nothing', async () => {
    await bench.owner.unsafe(`CREATE TABLE items (id int PRIMARY KEY, name text DEFAULT 'nobody') PARTITION BY RANGE (id);
      CREATE TABLE low (id int NOT NULL, name text); ALTER TABLE items ATTACH PARTITION low FOR VALUES FROM (0) TO (100)`);
    const id = await bench.begin(RENAME, 2);
    await bench.owner.unsafe(
      'CREATE TABLE late (LIKE items); ALTER TABLE items ATTACH PARTITION late FOR VALUES FROM (100) TO (200)',
    );
    const write = (n: number) =>
      bench.owner.unsafe(`INSERT INTO low (id, name) VALUES (${n}, 'old'); INSERT INTO low (id, full_name) VALUES (${n + 1}, 'new');
        INSERT INTO late (id, name) VALUES (${n + 100}, 'old'); INSERT INTO late (id, full_name) VALUES (${n + 101}, 'new');
        INSERT INTO items (id) VALUES (${n + 2}), (${n + 102})`);
    await write(1);
    await mustMove(bench.target, id, 'forward', { acknowledged: ['*'] });
    await write(11);
    const both = (row: number, name: string) => ({ id: row, name, full_name: name });
    expect(await bench.owner`SELECT id, name, full_name FROM items ORDER BY id`).toEqual(
      [1, 11, 101, 111].flatMap((n) => [both(n, 'old'), both(n + 1, 'new'), both(n + 2, 'nobody')]),
    );
    expect(await bench.owner`SELECT 1 FROM segue.conflicts`).toEqual([]);
  });
});

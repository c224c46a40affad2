import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TransitionFile } from '@/lib/core/operation';
import { readProgress } from '@/lib/engine/read-progress';
import { FEWER_MAJORS } from '../postgres/test-majors';
import { move, mustMove } from './move';
import { openSyncBench, type SyncBench } from './sync-bench';

/** What goes wrong with dual-write triggers elsewhere, a test each: part 3 of the collection of measured facts. */
const RENAME: TransitionFile['operations'] = [
  { rename_column: { table: 'items', from: 'name', to: 'full_name' } },
];
const CENTS: TransitionFile['operations'] = [
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
];

describe.each(FEWER_MAJORS)('dual writes on PostgreSQL %i', (major) => {
  let bench: SyncBench;
  beforeEach(async () => {
    bench = await openSyncBench(major);
  });
  afterEach(() => bench.close());

  const named = () => bench.owner`SELECT id, name, full_name FROM items ORDER BY id`;
  const both = (id: number, value: string | null) => ({ id, name: value, full_name: value });

  it('a default on either side does not beat what was written', async () => {
    await bench.owner`CREATE TABLE items (id int PRIMARY KEY, name text DEFAULT 'nobody')`;
    await bench.begin(RENAME, 2);
    const app = await bench.client();
    await app.query("INSERT INTO items (id, name) VALUES (1, 'old')");
    await app.query("INSERT INTO items (id, full_name) VALUES (2, 'new')");
    await app.query('INSERT INTO items (id) VALUES (3)');
    await app.query('INSERT INTO items (id, name) VALUES (4, DEFAULT), (5, NULL)');
    await app.query('INSERT INTO items (id, full_name) VALUES (6, DEFAULT), (7, NULL)');
    await app.query("INSERT INTO items (id, name, full_name) VALUES (8, 'same', 'same')");
    expect(await named()).toEqual([
      both(1, 'old'),
      both(2, 'new'),
      both(3, 'nobody'),
      both(4, 'nobody'),
      both(5, null),
      both(6, 'nobody'),
      both(7, null),
      both(8, 'same'),
    ]);
  });

  it('the leader wins where one statement writes both sides, and the conflict is recorded', async () => {
    await bench.owner`CREATE TABLE items (id int PRIMARY KEY, name text)`;
    await bench.owner`INSERT INTO items VALUES (1, 'was')`;
    const id = await bench.begin(RENAME, 2);
    const app = await bench.client();
    await app.query("UPDATE items SET name = 'by old', full_name = 'by new' WHERE id = 1");
    expect(await named()).toEqual([both(1, 'by old')]);
    await mustMove(bench.target, id, 'forward');
    await app.query("UPDATE items SET name = 'old again', full_name = 'new again' WHERE id = 1");
    await app.query('UPDATE items SET name = NULL, full_name = NULL WHERE id = 1');
    await app.query("INSERT INTO items (id, name, full_name) VALUES (2, 'left', 'right')");
    expect(await named()).toEqual([both(1, null), both(2, 'right')]);
    expect(await bench.owner`SELECT key, kept, lost FROM segue.conflicts ORDER BY seq`).toEqual([
      { key: { id: 1 }, kept: 'by old', lost: 'by new' },
      { key: { id: 1 }, kept: 'new again', lost: 'old again' },
      { key: { id: 2 }, kept: 'right', lost: 'left' },
    ]);
    // What the page shows of it, the latest first.
    expect((await readProgress(bench.target, id)).recorded).toMatchObject({
      exceptions: 0,
      conflicts: 3,
      lastConflicts: [
        { key: { id: 2 }, kept: 'right', lost: 'left' },
        { kept: 'new again' },
        { kept: 'by old' },
      ],
    });
  });

  it('upserts and MERGE by the one side are read by the other', async () => {
    await bench.owner`CREATE TABLE items (id int PRIMARY KEY, name text UNIQUE, n int NOT NULL DEFAULT 0)`;
    await bench.begin(RENAME, 2);
    const app = await bench.client();
    for (const column of ['name', 'full_name']) {
      await app.query(
        `INSERT INTO items (id, ${column}) VALUES (1, 'one'), (2, 'two') ON CONFLICT (${column}) DO UPDATE SET n = items.n + 1`,
      );
      await app.query(
        `INSERT INTO items (id, ${column}) VALUES (2, 'two by ${column}') ON CONFLICT (id) DO UPDATE SET ${column} = EXCLUDED.${column}`,
      );
      await app.query(`INSERT INTO items (id, ${column}) VALUES (9, 'one') ON CONFLICT DO NOTHING`);
      await app.query(`DELETE FROM items WHERE id = 2`);
    }
    expect(await bench.owner`SELECT id, name, full_name, n FROM items`).toEqual([
      { ...both(1, 'one'), n: 1 },
    ]);
    if (major < 15) return;
    for (const column of ['name', 'full_name'])
      await app.query(`MERGE INTO items t USING (VALUES (1, 'merged ${column}'), (3, 'three ${column}'), (4, '${column}')) AS s (id, value) ON t.id = s.id
        WHEN MATCHED THEN UPDATE SET ${column} = s.value WHEN NOT MATCHED THEN INSERT (id, ${column}) VALUES (s.id, s.value)`);
    expect(await named()).toEqual([
      both(1, 'merged full_name'),
      both(3, 'three full_name'),
      both(4, 'full_name'),
    ]);
  });

  it('COPY, and bulk loads under session_replication_role = replica, are kept the same', async () => {
    await bench.owner`CREATE TABLE items (id int PRIMARY KEY, name text DEFAULT 'nobody', country text)`;
    await bench.begin([...RENAME, { set_not_null: { table: 'items', column: 'country', value: "'US'" } }], 2);
    await bench.superuser.begin(async (tx) => {
      const load = async (columns: string, text: string) => {
        const copy = await tx.unsafe(`COPY items (${columns}) FROM STDIN`).writable();
        await new Promise<void>((resolve, reject) => {
          copy.on('error', reject);
          copy.on('finish', resolve);
          copy.end(text);
        });
      };
      await load('id, name', '1\tcopied\n2\t\\N\n');
      await tx`SET LOCAL session_replication_role = replica`;
      await load('id, full_name', '3\tbulk\n');
      await tx`INSERT INTO items (id, name) VALUES (4, 'bulk by the old name')`;
      await tx`UPDATE items SET full_name = 'changed' WHERE id = 1`;
    });
    expect(await named()).toEqual([
      both(1, 'changed'),
      both(2, null),
      both(3, 'bulk'),
      both(4, 'bulk by the old name'),
    ]);
    expect(await bench.owner`SELECT DISTINCT country FROM items`).toEqual([{ country: 'US' }]);
  });

  it('what another trigger changes is seen, also by UPDATE OF another column, and a trigger that writes again', async () => {
    await bench.owner`CREATE TABLE items (id int PRIMARY KEY, name text, first text)`;
    await bench.owner.unsafe(`CREATE FUNCTION derive() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.name := upper(NEW.first); RETURN NEW; END $$;
      CREATE TRIGGER derive BEFORE INSERT OR UPDATE OF first ON items FOR EACH ROW EXECUTE FUNCTION derive();
      CREATE FUNCTION again() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE items SET name = 'again' WHERE id = NEW.id; RETURN NULL; END $$;
      CREATE TRIGGER again AFTER UPDATE OF first ON items FOR EACH ROW WHEN (NEW.first = 'more') EXECUTE FUNCTION again()`);
    await bench.begin(RENAME, 2);
    const app = await bench.client();
    await app.query("INSERT INTO items (id, first) VALUES (1, 'ada')");
    expect(await named()).toEqual([both(1, 'ADA')]);
    await app.query("UPDATE items SET first = 'grace' WHERE id = 1");
    expect(await named()).toEqual([both(1, 'GRACE')]);
    await app.query("UPDATE items SET first = 'more' WHERE id = 1");
    expect(await named()).toEqual([both(1, 'again')]);
  });

  it('a trigger added later that would run after the sync stops the next phase, by name', async () => {
    await bench.owner`CREATE TABLE items (id int PRIMARY KEY, name text)`;
    const id = await bench.begin(RENAME, 2);
    await bench.owner.unsafe(`CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.name := 'late'; RETURN NEW; END $$;
      CREATE TRIGGER zzzz BEFORE UPDATE ON items FOR EACH ROW EXECUTE FUNCTION late()`);
    const outcome = await move(bench.target, id, 'forward', { acknowledged: ['*'] });
    expect(JSON.stringify(outcome)).toMatch(/drift|zzzz/);
    expect(outcome.kind).toBe('failed');
  });

  it('a rounded value is not worn down by the way there and back, and is recorded', async () => {
    await bench.owner`CREATE TABLE items (id int PRIMARY KEY, price int)`;
    await bench.owner`INSERT INTO items VALUES (1, 1999)`;
    await bench.begin(
      [
        {
          change_type: {
            table: 'items',
            column: 'price',
            to: 'amount',
            type: 'numeric',
            up: 'price / 100.0',
            down: 'round(amount * 100)::int',
          },
        },
      ],
      2,
    );
    const app = await bench.client();
    const row = () => bench.owner`SELECT price, amount::float8 AS amount FROM items`;
    await app.query('UPDATE items SET amount = 12.3456');
    expect(await row()).toEqual([{ price: 1235, amount: 12.3456 }]);
    await app.query('UPDATE items SET price = 1235');
    expect(await row()).toEqual([{ price: 1235, amount: 12.3456 }]);
    expect(await bench.owner`SELECT side, value FROM segue.exceptions`).toEqual([
      { side: 'new', value: '12.3456' },
    ]);
    await app.query('UPDATE items SET price = 2000');
    expect(await row()).toEqual([{ price: 2000, amount: 20 }]);
  });

  it('writers need no right on schema segue, and cannot put a function of their own in the way', async () => {
    await bench.owner`CREATE TABLE items (id int PRIMARY KEY, price int NOT NULL DEFAULT 5)`;
    await bench.owner.unsafe(`CREATE SCHEMA evil; GRANT ALL ON SCHEMA evil TO PUBLIC;
      CREATE FUNCTION evil.round(numeric) RETURNS numeric LANGUAGE sql AS 'SELECT 666::numeric';
      CREATE FUNCTION evil.coalesce_text() RETURNS text LANGUAGE sql AS 'SELECT NULL::text'`);
    await bench.begin(CENTS, 2);
    const app = await bench.client();
    await app.query('SET search_path = evil, public');
    await app.query('INSERT INTO items (id) VALUES (1)');
    await app.query('INSERT INTO public.items (id, amount) VALUES (2, 7.25)');
    expect(await bench.owner`SELECT id, price, amount::float8 AS amount FROM items ORDER BY id`).toEqual([
      { id: 1, price: 5, amount: 0.05 },
      { id: 2, price: 725, amount: 7.25 },
    ]);
    await expect(app.query('SELECT * FROM segue.rollouts')).rejects.toThrow(/permission denied/);
  });

  it('row-level security hides no row from the backfill: it refuses, or sees all', async () => {
    await bench.owner`CREATE TABLE items (id int PRIMARY KEY, name text)`;
    await bench.owner`INSERT INTO items SELECT g, 'n' || g FROM generate_series(1, 10) g`;
    await bench.owner.unsafe(
      `ALTER TABLE items ENABLE ROW LEVEL SECURITY; CREATE POLICY half ON items USING (id % 2 = 0)`,
    );
    await bench.begin(RENAME, 2);
    expect(await bench.superuser`SELECT count(*)::int AS rows FROM items WHERE full_name = name`).toEqual([
      { rows: 10 },
    ]);
    const app = await bench.client();
    await app.query("UPDATE items SET name = 'seen' WHERE id <= 2");
    expect(await bench.superuser`SELECT id, full_name FROM items WHERE id <= 2 ORDER BY id`).toEqual([
      { id: 1, full_name: 'n1' },
      { id: 2, full_name: 'seen' },
    ]);
    await bench.owner`CREATE TABLE forced (id int PRIMARY KEY, name text)`;
    await bench.owner.unsafe(
      `ALTER TABLE forced ENABLE ROW LEVEL SECURITY; ALTER TABLE forced FORCE ROW LEVEL SECURITY; CREATE POLICY half ON forced USING (id % 2 = 0)`,
    );
    await expect(
      bench.begin([{ rename_column: { table: 'forced', from: 'name', to: 'full_name' } }], 2),
    ).rejects.toMatchObject({ code: 'missing_rights' });
  });

  it('live sessions with cached plans and prepared statements write across every move', async () => {
    await bench.owner`CREATE TABLE items (id int PRIMARY KEY, name text NOT NULL)`;
    await bench.owner.unsafe(
      `CREATE FUNCTION put_old(i int, v text) RETURNS text LANGUAGE plpgsql AS $$ DECLARE r items.name%TYPE; BEGIN INSERT INTO items (id, name) VALUES (i, v) ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name RETURNING name INTO r; RETURN r; END $$`,
    );
    const id = await bench.begin(RENAME, 0);
    const app = await bench.client();
    const old = async (value: string) => {
      await app.query({ name: 'old', text: 'UPDATE items SET name = $1 WHERE id = 2', values: [value] });
      const { rows } = await app.query('SELECT put_old(1, $1) AS value', [value]);
      expect(rows).toEqual([{ value }]);
    };
    const fresh = (value: string) =>
      app.query({ name: 'new', text: 'UPDATE items SET full_name = $1 WHERE id = 2', values: [value] });
    await bench.owner`INSERT INTO items VALUES (2, 'two')`;
    await old('at 0');
    for (const position of [1, 2, 3]) {
      await mustMove(bench.target, id, 'forward', { acknowledged: ['*'] });
      await old(`forward ${position}`);
      if (position >= 2) await fresh(`new ${position}`);
    }
    await bench.owner`DROP FUNCTION put_old(int, text)`;
    await mustMove(bench.target, id, 'forward', { acknowledged: ['*'] });
    await fresh('retired');
    await mustMove(bench.target, id, 'back', { acknowledged: ['*'] });
    await fresh('back');
    await app.query({ name: 'old', text: 'UPDATE items SET name = $1 WHERE id = 2', values: ['old back'] });
    expect(await bench.owner`SELECT name, full_name FROM items WHERE id = 2`).toEqual([
      { name: 'old back', full_name: 'old back' },
    ]);
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TransitionFile } from '@/lib/core/operation';
import { readProgress } from '@/lib/engine/read-progress';
import { move, mustMove } from './move';
import { openSyncBench, type SyncBench } from './sync-bench';

describe('corners of the sync', () => {
  let bench: SyncBench;
  beforeEach(async () => {
    bench = await openSyncBench();
  });
  afterEach(() => bench.close());

  const waitsForLock = async (pid: number) => {
    for (;;) {
      const [row] = await bench.owner<
        { waits: boolean }[]
      >`SELECT EXISTS (SELECT 1 FROM pg_locks WHERE pid = ${pid} AND NOT granted) AS waits`;
      if (row?.waits === true) return;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  const toNumber: TransitionFile['operations'] = [
    {
      change_type: { table: 'items', column: 'code', to: 'number', type: 'integer', onFailure: 'quarantine' },
    },
  ];

  it('rows that cannot be converted are recorded with their keys while they are copied, or stop the copying by them', async () => {
    await bench.owner`CREATE TABLE items (id int PRIMARY KEY, code text)`;
    await bench.owner`INSERT INTO items SELECT g, CASE WHEN g % 10 = 3 THEN 'abc' ELSE g::text END FROM generate_series(1, 20) g`;
    const id = await bench.begin(toNumber, 2);
    expect(await bench.owner`SELECT side, key FROM segue.exceptions ORDER BY key`).toEqual([
      { side: 'old', key: { id: 3 } },
      { side: 'old', key: { id: 13 } },
    ]);
    expect(await bench.owner`SELECT id FROM items WHERE number IS DISTINCT FROM id ORDER BY id`).toEqual([
      { id: 3 },
      { id: 13 },
    ]);
    for (const position of [1, 0])
      expect(await mustMove(bench.target, id, 'back', { acknowledged: ['*'] })).toBe(position);
    const strict = await bench.begin(
      [
        {
          change_type: { table: 'items', column: 'code', to: 'count', type: 'integer', onFailure: 'reject' },
        },
      ],
      1,
    );
    expect(await move(bench.target, strict, 'forward', { acknowledged: ['*'] })).toMatchObject({
      kind: 'failed',
      error: { code: 'step_failed', evidence: { keys: [{ id: 3 }, { id: 13 }] } },
    });
  });

  it('an upsert and an update of one row that cannot be converted do not deadlock', async () => {
    await bench.owner`CREATE TABLE items (id int PRIMARY KEY, n int NOT NULL DEFAULT 0, code text)`;
    await bench.owner`INSERT INTO items VALUES (1, 0, '1')`;
    const id = await bench.begin(toNumber, 2);
    const [upserts, updates] = [await bench.client(), await bench.client()];
    await updates.query('BEGIN');
    await updates.query('UPDATE items SET n = n + 1 WHERE id = 1');
    const { rows } = await upserts.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const upsert = upserts.query(
      "INSERT INTO items (id, code) VALUES (1, 'abc') ON CONFLICT (id) DO UPDATE SET code = EXCLUDED.code",
    );
    await waitsForLock(rows[0]?.pid ?? 0);
    await updates.query("UPDATE items SET code = 'xyz' WHERE id = 1");
    await updates.query('COMMIT');
    await upsert;
    expect(await bench.owner`SELECT code, number FROM items`).toEqual([{ code: 'abc', number: null }]);
    expect(await bench.owner`SELECT side, key, value FROM segue.exceptions`).toEqual([
      { side: 'old', key: { id: 1 }, value: 'abc' },
    ]);
    expect((await readProgress(bench.target, id)).recorded).toMatchObject({
      exceptions: 1,
      lastExceptions: [{ side: 'old', key: { id: 1 }, value: 'abc' }],
    });
  });

  const skipping = async () => {
    await bench.owner`CREATE TABLE items (id int PRIMARY KEY, name text DEFAULT 'nobody')`;
    await bench.owner.unsafe(`CREATE FUNCTION skip() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN IF NEW.id < 0 THEN RETURN NULL; END IF; IF NEW.id = 50 THEN INSERT INTO items (id, name) VALUES (51, 'nested'); END IF; RETURN NEW; END $$`);
    await bench.owner`CREATE TRIGGER a_skip BEFORE INSERT ON items FOR EACH ROW EXECUTE FUNCTION skip()`;
    await bench.begin([{ rename_column: { table: 'items', from: 'name', to: 'full_name' } }], 2);
  };
  const names = () => bench.owner`SELECT id, name, full_name FROM items ORDER BY id`;

  it('a row that a trigger of the team skips does not speak for the next one', async () => {
    await skipping();
    const app = await bench.client();
    await app.query('BEGIN');
    await app.query("INSERT INTO items (id, name) VALUES (-1, 'skipped')");
    await app.query("INSERT INTO items (id, full_name) VALUES (1, 'by the new name')");
    await app.query("INSERT INTO items (id, full_name) VALUES (-2, DEFAULT), (2, 'beside a skipped one')");
    await app.query('COMMIT');
    expect(await names()).toEqual([
      { id: 1, name: 'by the new name', full_name: 'by the new name' },
      { id: 2, name: 'beside a skipped one', full_name: 'beside a skipped one' },
    ]);
  });

  it('a row that COPY … WHERE leaves out does not speak for the next one', async () => {
    await skipping();
    await bench.owner.begin(async (tx) => {
      const copy = await tx`COPY items (id, name) FROM STDIN WHERE id > 100`.writable();
      await new Promise<void>((resolve, reject) => {
        copy.on('error', reject);
        copy.on('finish', resolve);
        copy.end('101\tcopied\n7\tleft out\n');
      });
      await tx`INSERT INTO items (id, full_name) VALUES (1, 'by the new name')`;
    });
    expect(await names()).toEqual([
      { id: 1, name: 'by the new name', full_name: 'by the new name' },
      { id: 101, name: 'copied', full_name: 'copied' },
    ]);
  });

  it('a row that a trigger of the team inserts meanwhile keeps its own note', async () => {
    await skipping();
    const app = await bench.client();
    await app.query("INSERT INTO items (id, full_name) VALUES (50, 'outer')");
    await app.query('DELETE FROM items WHERE id = 51');
    await app.query('UPDATE items SET id = 49 WHERE id = 50');
    await app.query("INSERT INTO items (id, name) VALUES (50, 'outer, by the old name')");
    expect(await names()).toEqual([
      { id: 49, name: 'outer', full_name: 'outer' },
      { id: 50, name: 'outer, by the old name', full_name: 'outer, by the old name' },
      { id: 51, name: 'nested', full_name: 'nested' },
    ]);
  });

  it('a trigger of the team that sorts before the note is told', async () => {
    await bench.owner`CREATE TABLE items (id int PRIMARY KEY, name text DEFAULT 'nobody')`;
    await bench.owner`CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$`;
    await bench.owner`CREATE TRIGGER " early" BEFORE INSERT ON items FOR EACH ROW EXECUTE FUNCTION keep()`;
    const id = await bench.begin([{ rename_column: { table: 'items', from: 'name', to: 'full_name' } }], 1);
    const outcome = await move(bench.target, id, 'forward');
    expect(outcome).toMatchObject({ kind: 'failed', error: { code: 'check_failed' } });
    expect(JSON.stringify(outcome)).toContain(' early');
  });

  it('blanks at the end of a bpchar without a length are a change, and of a char(n) none', async () => {
    await bench.owner`CREATE TABLE items (id int PRIMARY KEY, code bpchar, short char(4))`;
    await bench.owner`INSERT INTO items VALUES (1, 'ab', 'ab')`;
    await bench.begin(
      [
        { rename_column: { table: 'items', from: 'code', to: 'word' } },
        { rename_column: { table: 'items', from: 'short', to: 'brief' } },
      ],
      2,
    );
    await bench.owner`UPDATE items SET code = 'ab  ', short = 'ab '`;
    expect(
      await bench.owner`SELECT octet_length(code) AS code, octet_length(word) AS word, octet_length(brief) AS brief FROM items`,
    ).toEqual([{ code: 4, word: 4, brief: 4 }]);
  });

  it('trailing zeros of a numeric are no value that the other side cannot hold', async () => {
    await bench.owner`CREATE TABLE items (id int PRIMARY KEY, price numeric(10, 4))`;
    await bench.owner`INSERT INTO items VALUES (1, 1.5)`;
    const id = await bench.begin(
      [
        {
          change_type: {
            table: 'items',
            column: 'price',
            to: 'amount',
            type: 'numeric',
            onFailure: 'reject',
          },
        },
      ],
      3,
    );
    await bench.owner`INSERT INTO items (id, amount) VALUES (2, 1.23)`;
    expect(
      await bench.owner`SELECT price::text AS price, amount::text AS amount FROM items WHERE id = 2`,
    ).toEqual([{ price: '1.2300', amount: '1.23' }]);
    expect(await bench.owner`SELECT 1 FROM segue.exceptions`).toHaveLength(0);
    for (let position = 3; position > 1; position -= 1) await mustMove(bench.target, id, 'back');
  });

  it('a function that names the new column stops the way back out of Add', async () => {
    await bench.owner`CREATE TABLE items (id int PRIMARY KEY, name text)`;
    const id = await bench.begin([{ rename_column: { table: 'items', from: 'name', to: 'full_name' } }], 1);
    await bench.owner.unsafe(
      `CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.full_name := upper(NEW.full_name); RETURN NEW; END $$`,
    );
    await bench.owner`CREATE TRIGGER shout BEFORE INSERT ON items FOR EACH ROW EXECUTE FUNCTION shout()`;
    expect(await move(bench.target, id, 'back')).toMatchObject({
      kind: 'failed',
      error: { code: 'check_failed' },
    });
    await bench.owner`DROP TRIGGER shout ON items`;
    await mustMove(bench.target, id, 'back', { acknowledged: ['*'] });
  });
});

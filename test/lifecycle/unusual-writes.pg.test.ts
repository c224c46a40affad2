import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TransitionFile } from '@/lib/core/operation';
import { FEWER_MAJORS } from '../postgres/test-majors';
import { move, mustMove } from './move';
import { openSyncBench, type SyncBench } from './sync-bench';

type Operations = TransitionFile['operations'];

const RENAME: Operations = [{ rename_column: { table: 'items', from: 'name', to: 'full_name' } }];
const TO_NUMBER: Operations = [
  { change_type: { table: 'items', column: 'code', to: 'number', type: 'integer', onFailure: 'quarantine' } },
];

describe.each(FEWER_MAJORS)('values that are written in an unusual way, on PostgreSQL %i', (major) => {
  let bench: SyncBench;
  beforeEach(async () => {
    bench = await openSyncBench(major);
  });
  afterEach(() => bench.close());

  const asked = async (id: string) => {
    const outcome = await move(bench.target, id, 'forward');
    expect(outcome).toMatchObject({ kind: 'failed', error: { code: 'check_inconclusive' } });
    return JSON.stringify(outcome);
  };

  it('values that only old code can hold stop Switch, and Retire for those written since', async () => {
    await bench.owner`CREATE TABLE items (id int PRIMARY KEY, code text)`;
    await bench.owner`INSERT INTO items VALUES (1, '1'), (2, '2'), (3, '3')`;
    const id = await bench.begin(TO_NUMBER, 2);
    const app = await bench.client();
    await app.query("UPDATE items SET code = '007' WHERE id = 1");
    expect(await asked(id)).toContain('007');
    await app.query("UPDATE items SET code = '7' WHERE id = 1");
    await mustMove(bench.target, id, 'forward');
    await app.query("UPDATE items SET code = 'abc' WHERE id = 2");
    await app.query("UPDATE items SET code = '008' WHERE id = 3");
    const said = await asked(id);
    expect(said).toContain('abc');
    expect(said).toContain('008');
    await app.query('UPDATE items SET code = id::text');
    await mustMove(bench.target, id, 'forward');
  });

  it('the same of a split', async () => {
    await bench.owner`CREATE TABLE items (id int PRIMARY KEY, code text)`;
    await bench.owner`INSERT INTO items VALUES (1, 'a-1'), (2, 'b-2')`;
    const id = await bench.begin(
      [
        {
          split_column: {
            table: 'items',
            column: 'code',
            first: 'series',
            firstUp: "split_part(code, '-', 1)",
            second: 'number',
            secondUp: "split_part(code, '-', 2)::int",
            secondType: 'int',
            down: "series || '-' || number",
          },
        },
      ],
      3,
    );
    const app = await bench.client();
    await app.query("UPDATE items SET code = 'a-x' WHERE id = 1");
    await app.query("UPDATE items SET code = 'b-002' WHERE id = 2");
    const said = await asked(id);
    expect(said).toContain('a-x');
    expect(said).toContain('b-002');
    await app.query("UPDATE items SET code = 'c-' || id");
    await mustMove(bench.target, id, 'forward');
  });

  it('SET new = DEFAULT means the default of the old column, row by row', async () => {
    await bench.owner`CREATE TABLE items (id int PRIMARY KEY, name text NOT NULL DEFAULT 'nobody', n int)`;
    await bench.begin(RENAME, 3);
    const app = await bench.client();
    await app.query("INSERT INTO items (id, full_name) VALUES (1, 'one'), (2, 'two'), (3, 'three')");
    await app.query('UPDATE items SET full_name = DEFAULT WHERE id < 3');
    await app.query('BEGIN');
    await app.query(
      "INSERT INTO items (id, full_name) VALUES (1, 'a'), (4, 'four') ON CONFLICT (id) DO UPDATE SET full_name = DEFAULT, n = 1",
    );
    await app.query("UPDATE items SET name = 'by old' WHERE id = 2");
    await app.query('UPDATE items SET name = DEFAULT WHERE id = 3');
    await app.query('COMMIT');
    const both = (id: number, name: string) => ({ id, name, full_name: name });
    expect(await bench.owner`SELECT id, name, full_name FROM items ORDER BY id`).toEqual([
      both(1, 'nobody'),
      both(2, 'by old'),
      both(3, 'nobody'),
      both(4, 'four'),
    ]);
  });

  it('SET new = DEFAULT of a changed type', async () => {
    await bench.owner`CREATE TABLE items (id int PRIMARY KEY, code text DEFAULT '5')`;
    await bench.begin(TO_NUMBER, 2);
    const app = await bench.client();
    await app.query('INSERT INTO items (id, number) VALUES (1, 1), (2, NULL)');
    await app.query('UPDATE items SET number = DEFAULT');
    await app.query('INSERT INTO items (id, number) VALUES (3, 3)');
    expect(await bench.owner`SELECT id, code, number FROM items ORDER BY id`).toEqual([
      { id: 1, code: '5', number: 5 },
      { id: 2, code: '5', number: 5 },
      { id: 3, code: '3', number: 3 },
    ]);
  });

  it('what a function of the team raises in a conversion is no error of the application', async () => {
    await bench.owner.unsafe(`CREATE TABLE items (id int PRIMARY KEY, code text);
      INSERT INTO items VALUES (1, 'one'), (2, '2');
      CREATE FUNCTION parse(text) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN
        IF $1 ~ '^[0-9]+$' THEN RETURN $1::int; END IF; RAISE EXCEPTION 'no number: %', $1; END $$`);
    await bench.begin(
      [
        {
          change_type: {
            table: 'items',
            column: 'code',
            to: 'number',
            type: 'integer',
            up: 'public.parse(code)',
            onFailure: 'quarantine',
          },
        },
      ],
      2,
    );
    const app = await bench.client();
    await app.query("INSERT INTO items (id, code) VALUES (3, 'three'), (4, '4')");
    expect(await bench.owner`SELECT id, number FROM items ORDER BY id`).toEqual([
      { id: 1, number: null },
      { id: 2, number: 2 },
      { id: 3, number: null },
      { id: 4, number: 4 },
    ]);
  });
});

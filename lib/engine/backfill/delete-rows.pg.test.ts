import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TransitionFile } from '@/lib/core/operation';
import { segueLeftovers } from '@/test/lifecycle/catalog-dump';
import { openRowsBench, type RowsBench } from '@/test/lifecycle/rows-bench';
import { FEWER_MAJORS } from '@/test/postgres/test-majors';

const ROWS = 1200;
/** Columns of all sorts, an identity, a generated one, a parent, a child and its child, by two ways. */
const SETUP = `
  CREATE TABLE teams (id int PRIMARY KEY);
  INSERT INTO teams SELECT generate_series(1, 5);
  CREATE TABLE items (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, code text UNIQUE, data json, amount numeric, team int REFERENCES teams, twice bigint GENERATED ALWAYS AS (id * 2) STORED);
  INSERT INTO items (code, data, amount, team) SELECT 'c' || g, '{"b":1,  "a":2}', 1.50, 1 + g % 5 FROM generate_series(1, ${ROWS}) g;
  CREATE TABLE parts (a int, b int, item bigint NOT NULL REFERENCES items ON DELETE CASCADE, PRIMARY KEY (a, b));
  INSERT INTO parts SELECT g, 1, g FROM generate_series(1, ${ROWS}) g;
  CREATE TABLE screws (id int PRIMARY KEY, a int, b int, item bigint REFERENCES items (id) ON DELETE CASCADE, FOREIGN KEY (a, b) REFERENCES parts ON DELETE CASCADE);
  INSERT INTO screws SELECT g, g, 1, CASE WHEN g % 3 = 0 THEN g END FROM generate_series(1, ${ROWS}) g;
  CREATE INDEX ON parts (item); CREATE INDEX ON screws (a, b); CREATE INDEX ON screws (item);
  ANALYZE;`;

/** Everything that there is, as text. */
const ALL = `SELECT md5(coalesce(string_agg(x, '|' ORDER BY x), '')) AS all FROM (SELECT i::text AS x FROM items i UNION ALL SELECT 'p' || p FROM parts p UNION ALL SELECT 's' || s FROM screws s) x`;

type Operation = TransitionFile['operations'][number];
const ODD: Operation = { delete_rows: { table: 'items', where: 'id % 2 = 1' } };
/** One of every two neighbours: each batch would see other neighbours if those that were found were not fixed. */
const DUPLICATES: Operation = {
  delete_rows: {
    table: 'items',
    as: 'a',
    where: 'EXISTS (SELECT FROM public.items b WHERE b.id = a.id + 1 AND b.id % 2 = 0)',
  },
};
const FULL = process.env.SEGUE_TEST_FULL === '1';
const OWN = ['a condition on the row', ODD] as const;
const OTHERS = ['a condition on other rows', DUPLICATES] as const;

describe.each(FEWER_MAJORS)('rows deleted in batches, on PostgreSQL %i', (major) => {
  let bench: RowsBench;
  beforeEach(async () => {
    bench = await openRowsBench(major, SETUP);
  });
  afterEach(() => bench.close());

  const one = async (query: string): Promise<unknown> =>
    Object.values((await bench.superuser.unsafe(query))[0] ?? {})[0];
  const count = async (from: string) => Number(await one(`SELECT count(*) FROM ${from}`));

  it.each(FULL ? [OWN, OTHERS] : [OWN])(
    '%s: all that goes comes back as it was, whatever is killed',
    async (_, operation) => {
      await bench.begin(operation);
      const before = await one(ALL);
      await bench.ask('forward');
      expect(await bench.runKilled(3)).toBe(3);
      expect(await count('items WHERE id % 2 = 1')).toBe(0);
      expect(await count('items')).toBe(ROWS / 2);
      // Those of one half went with their part, whatever else they reference.
      expect(await count('screws')).toBe(ROWS / 2);
      await bench.ask('back');
      expect(await bench.runKilled(3)).toBe(3);
      expect(await one(ALL)).toBe(before);
      expect(await count('segue.conflicts')).toBe(0);
      expect((await segueLeftovers(bench.superuser)).filter((name) => name.includes('deleted'))).toEqual([]);
    },
  );

  it.each(FULL ? [OWN, OTHERS] : [OTHERS])(
    '%s: turned round in either direction it comes to where it was',
    async (_, operation) => {
      await bench.begin(operation);
      const before = await one(ALL);
      await bench.ask('forward');
      expect((await bench.pauseAfter(5)).kind).toBe('paused');
      expect(await count('items')).toBeGreaterThan(ROWS / 2);
      await bench.complete('back');
      expect(await one(ALL)).toBe(before);
      await bench.complete('forward');
      expect(await count('items')).toBe(ROWS / 2);
      await bench.ask('back');
      expect((await bench.pauseAfter(5)).kind).toBe('paused');
      expect(await count('items')).toBeGreaterThan(ROWS / 2);
      await bench.complete('forward');
      expect(await count('items')).toBe(ROWS / 2);
      await bench.complete('back');
      expect(await one(ALL)).toBe(before);
    },
  );

  it('what code took or deleted since stays as code has it, and is recorded with the row', async () => {
    await bench.begin(ODD);
    await bench.complete('forward');
    // The unique code of a deleted row; the parent of all of a fifth; a row under a deleted key.
    await bench.superuser`UPDATE items SET code = 'c1' WHERE id = 2`;
    await bench.superuser`DELETE FROM items WHERE team = 2`;
    await bench.superuser`DELETE FROM teams WHERE id = 2`;
    await bench.superuser`INSERT INTO items (id, code) OVERRIDING SYSTEM VALUE VALUES (3, 'mine')`;
    await bench.complete('back');
    expect(await count(`items WHERE (id, code) IN ((2, 'c1'), (3, 'mine'))`)).toBe(2);
    expect(await count('items WHERE team = 2')).toBe(0);
    const lost = await bench.superuser`
      SELECT key ->> 'id' AS id, lost::jsonb ->> 'code' AS code FROM segue.conflicts WHERE key ? 'id' AND lost::jsonb ? 'code'
      ORDER BY (key ->> 'id')::int`;
    expect(lost.filter(({ id }) => Number(id) < 12)).toEqual([
      { id: '1', code: 'c1' },
      { id: '3', code: 'c3' },
      { id: '11', code: 'c11' },
    ]);
    // What hung on a row that stays away stays away too; what code has put under the key has it again.
    expect(await count('parts WHERE item = 1')).toBe(0);
    expect(await count('parts WHERE item = 3')).toBe(1);
    expect(await count('items WHERE id % 2 = 1')).toBe(ROWS / 2 - ROWS / 10);
  });

  it('a row that code changes between finding and deleting stays', async () => {
    await bench.begin(DUPLICATES);
    await bench.ask('forward');
    let changed = false;
    const outcome = await bench.run(async ({ type }) => {
      if (type !== 'batch' || changed) return;
      changed = true;
      await bench.superuser`UPDATE items SET data = '{"b":1, "a":2}' WHERE id = ${ROWS - 1}`;
    });
    expect(outcome.kind).toBe('completed');
    expect(await count(`items WHERE id = ${ROWS - 1}`)).toBe(1);
    expect(await count('items')).toBe(ROWS / 2 + 1);
  });

  it('a foreign key without CASCADE stops it; the way back brings back what went', async () => {
    await bench.superuser.unsafe(
      `CREATE TABLE guards (item bigint REFERENCES items); INSERT INTO guards VALUES (901)`,
    );
    await bench.superuser.unsafe(`ALTER TABLE guards OWNER TO "${bench.database.owner.name}"`);
    const before = await one(ALL);
    await bench.begin(ODD);
    await bench.ask('forward');
    expect(await bench.run()).toMatchObject({
      kind: 'failed',
      error: { message: expect.stringContaining('guards') },
    });
    await bench.complete('back');
    expect(await one(ALL)).toBe(before);
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TransitionFile, toTransitionSpec, transitionFileSchema } from '@/lib/core/operation';
import { segueLeftovers } from '@/test/lifecycle/catalog-dump';
import { openRowsBench, type RowsBench } from '@/test/lifecycle/rows-bench';
import { FEWER_MAJORS, ONE_MAJOR } from '@/test/postgres/test-majors';
import { planTransition } from '../plan-transition';
import { requireRollout } from '../rollouts';

const ROWS = 2000;
/** Every row counts how often it was written, so that one that is done twice shows. */
const SETUP = `CREATE TABLE items (id bigint PRIMARY KEY, n int NOT NULL, note text, written int NOT NULL DEFAULT 0);
  INSERT INTO items (id, n) SELECT g, g FROM generate_series(1, ${ROWS}) g; ANALYZE items;
  CREATE FUNCTION count_write() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.written := OLD.written + 1; RETURN NEW; END $$;
  CREATE TRIGGER count_write BEFORE UPDATE ON items FOR EACH ROW EXECUTE FUNCTION count_write();`;

type Operation = TransitionFile['operations'][number];
const ADD_ONE: Operation = { update_rows: { table: 'items', set: 'n = n + 1' } };
const RANK: Operation = {
  update_rows: {
    table: 'items',
    as: 'i',
    set: 'n = r.rank + 5000',
    from: '(SELECT id, row_number() OVER (ORDER BY id) AS rank FROM public.items) r',
    where: 'r.id = i.id',
  },
};

const CASES = [
  ['a value of the row itself', ADD_ONE, `n = id + 1`],
  ['values that rest on other rows', RANK, `n = id + 5000`],
] as const;

describe.each(FEWER_MAJORS)('rows updated in batches, on PostgreSQL %i', (major) => {
  let bench: RowsBench;
  beforeEach(async () => {
    bench = await openRowsBench(major, SETUP);
  });
  afterEach(() => bench.close());

  const count = async (condition: string): Promise<number> => {
    const [row] = await bench.superuser.unsafe(`SELECT count(*)::int AS n FROM items WHERE ${condition}`);
    return Number(row?.n);
  };

  it('batches that a crash of the server took away are done again, by a worker that only connected anew', async () => {
    await bench.begin(ADD_ONE);
    const { plan } = await requireRollout(bench.target, { id: bench.rolloutId() });
    const kept = plan.phases.flatMap(({ steps }) => steps).find(({ backfill }) => backfill)?.backfill
      ?.rows?.kept;
    if (kept === undefined || kept === null) throw new Error('nothing is kept');
    await bench.ask('forward');
    let batches = 0;
    const outcome = await bench.run(async ({ type }) => {
      if (type !== 'batch') return;
      batches += 1;
      if (batches !== 3) return;
      // What such a crash leaves: batches commit without waiting for the disk.
      await bench.superuser.begin(async (tx) => {
        await tx`SET LOCAL session_replication_role = replica`;
        await tx`UPDATE items SET n = id, written = 0`;
        await tx`DELETE FROM ${tx(`${kept.schema}.${kept.name}`)}`;
        await tx`UPDATE segue.backfill_ranges SET last_key = NULL, units_done = 0, rows_seen = 0, rows_changed = 0`;
      });
    });
    expect(outcome.kind).toBe('completed');
    expect(await count('n = id + 1 AND written = 1')).toBe(ROWS);
  });

  it.each(CASES)(
    '%s: each once, whatever is killed; what code wrote since is left alone and recorded',
    async (_, operation, done) => {
      await bench.begin(operation);
      await bench.ask('forward');
      expect(await bench.runKilled(4)).toBe(4);
      expect(await count(`${done} AND written = 1`)).toBe(ROWS);
      await bench.superuser`UPDATE items SET n = 77 WHERE id = 5`;
      await bench.superuser`UPDATE items SET note = 'seen' WHERE id = 6`;
      await bench.superuser`DELETE FROM items WHERE id = 7`;
      await bench.superuser`INSERT INTO items (id, n) VALUES (${ROWS + 1}, 1)`;
      await bench.ask('back');
      expect(await bench.runKilled(4)).toBe(4);
      expect(await count('n = id AND written = 2')).toBe(ROWS - 3);
      expect(await count(`(id, n, note) IN ((6, 6, 'seen')) OR (id, n) IN ((5, 77), (${ROWS + 1}, 1))`)).toBe(
        3,
      );
      const [recorded] =
        await bench.superuser`SELECT count(*)::int AS n, min(key ->> 'id') AS id, min(lost::jsonb ->> 'n') AS lost FROM segue.conflicts`;
      expect(recorded).toEqual({ n: 1, id: '5', lost: '5' });
      expect((await segueLeftovers(bench.superuser)).filter((name) => name.includes('kept'))).toEqual([]);
    },
  );

  it.each(CASES)(
    '%s: turned round in either direction it comes back to where it was',
    async (_, operation, done) => {
      await bench.begin(operation);
      await bench.ask('forward');
      expect((await bench.pauseAfter(5)).kind).toBe('paused');
      expect(await count(done)).toBeLessThan(ROWS);
      await bench.ask('back');
      expect((await bench.run()).kind).toBe('completed');
      expect(await count('n = id')).toBe(ROWS);
      await bench.ask('forward');
      expect((await bench.run()).kind).toBe('completed');
      expect(await count(done)).toBe(ROWS);
      await bench.ask('back');
      expect((await bench.pauseAfter(5)).kind).toBe('paused');
      expect(await count('n = id')).toBeGreaterThan(0);
      await bench.ask('forward');
      expect((await bench.run()).kind).toBe('completed');
      expect(await count(done)).toBe(ROWS);
    },
  );

  const SEVERAL = {
    update_rows: {
      table: 'items',
      set: 'note = x.word',
      from: "(VALUES (1, 'a'), (1, 'a'), (2, 'b'), (2, 'c')) x (id, word)",
      where: 'x.id = items.id',
    },
  };

  it('several values for one row are found before it begins, with the key: when it is planned, and again before Sync', async () => {
    const foreseen = async (from: string) => {
      const operations = [{ update_rows: { ...SEVERAL.update_rows, from } }];
      const spec = toTransitionSpec(transitionFileSchema.parse({ name: 'foreseen', operations }));
      const { findings } = await planTransition(bench.target, spec);
      return findings.find(({ rule }) => rule === 'several-matches');
    };
    const now = await foreseen(SEVERAL.update_rows.from);
    expect(now).toMatchObject({
      severity: 'error',
      message: expect.stringContaining('Sync would not begin: id (2).'),
    });
    const clear = await foreseen("(VALUES (1, 'a'), (1, 'a'), (2, 'b')) x (id, word)");
    expect(clear).toMatchObject({
      severity: 'info',
      message: expect.stringContaining('no row of public.items is given several values'),
    });
    const unclear = await foreseen("(SELECT 1 / (id - 1) AS id, 'a' AS word FROM public.items) x");
    expect(unclear).toMatchObject({
      severity: 'warning',
      message: expect.stringContaining('could not be told (division by zero)'),
    });
    await bench.begin(SEVERAL);
    await bench.ask('forward');
    expect(await bench.run()).toMatchObject({
      kind: 'failed',
      error: { evidence: { checks: [{ id: '1.several_matches', evidence: [{ id: '2' }] }] } },
    });
    expect(await count('note IS NOT NULL')).toBe(0);
  });

  it('a new column that takes any of several rows is looked at in the same way', async () => {
    const value = (limit: string) =>
      `(SELECT x.word FROM (VALUES (1, 'a'), (1, 'a'), (2, 'b'), (2, 'c')) x (id, word) WHERE x.id = items.id ${limit})`;
    const plan = async (limit: string) => {
      const add = { table: 'items', column: 'word', type: 'text', nullable: false, value: value(limit) };
      const spec = transitionFileSchema.parse({ name: 'foreseen', operations: [{ add_column: add }] });
      return planTransition(bench.target, toTransitionSpec(spec));
    };
    expect((await plan('LIMIT 1')).findings).toMatchObject([
      {
        rule: 'several-matches',
        severity: 'error',
        message: expect.stringContaining('Sync would not begin: id (2).'),
      },
    ]);
    expect((await plan('ORDER BY x.word LIMIT 1')).findings).toEqual([]);
  });

  it('and stop it where another update comes first; the same value several times is certain', async () => {
    await bench.begin({ update_rows: { table: 'items', set: 'n = n + 1', where: 'id < 9' } }, SEVERAL);
    await bench.ask('forward');
    expect(await bench.run()).toMatchObject({
      kind: 'failed',
      error: { message: expect.stringContaining('2 rows match one row'), evidence: { key: { id: 2 } } },
    });
    await bench.ask('back');
    expect((await bench.run()).kind).toBe('completed');
    expect(await count('note IS NOT NULL')).toBe(0);
  });

  it('a way back of its own is for rows that code has changed since', async () => {
    await bench.begin({ update_rows: { table: 'items', set: 'n = n * 100', down: 'n = n / 100' } });
    await bench.ask('forward');
    expect((await bench.run()).kind).toBe('completed');
    await bench.superuser`UPDATE items SET n = 4200 WHERE id = 5`;
    await bench.ask('back');
    expect((await bench.run()).kind).toBe('completed');
    expect(await count('n = id OR (id, n) = (5, 42)')).toBe(ROWS);
  });
});

describe('a key whose type has an order of its own', () => {
  let bench: RowsBench;
  beforeEach(async () => {
    // In citext's order the two spellings alternate, and a capital is last; as text all capitals come first.
    bench = await openRowsBench(
      ONE_MAJOR,
      `CREATE EXTENSION citext;
       CREATE TABLE members (mail citext, part int, n int NOT NULL, PRIMARY KEY (mail, part));
       INSERT INTO members SELECT CASE WHEN g % 2 = 1 THEN 'm' ELSE 'M' END || lpad(g::text, 4, '0'), g % 3, 0 FROM generate_series(1, ${ROWS}) g; ANALYZE members`,
    );
  });
  afterEach(() => bench.close());

  const counts = async (): Promise<string> => {
    const rows = await bench.superuser.unsafe<{ n: number; rows: number }[]>(
      'SELECT n, count(*)::int AS rows FROM members GROUP BY n ORDER BY n',
    );
    return rows.map(({ n, rows: found }) => `${found} × ${n}`).join(', ');
  };

  it('is walked in that order: each row once, there and back', async () => {
    await bench.begin({ update_rows: { table: 'members', set: 'n = n + 1' } });
    await bench.complete('forward');
    expect(await counts()).toBe(`${ROWS} × 1`);
    await bench.complete('back');
    expect(await counts()).toBe(`${ROWS} × 0`);
  });

  it('and rows are deleted in it, and come back', async () => {
    await bench.begin({ delete_rows: { table: 'members', where: 'part > 0' } });
    await bench.complete('forward');
    expect(await counts()).toBe(`${Math.floor(ROWS / 3)} × 0`);
    await bench.complete('back');
    expect(await counts()).toBe(`${ROWS} × 0`);
  });
});

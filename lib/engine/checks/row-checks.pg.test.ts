import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '@/test/postgres/test-database';
import { openTarget, type Target } from '../target';
import { countRows } from './row-checks';
import type { CheckScope } from './run-check';

describe('a comparison of all rows, chunk by chunk', () => {
  let database: TestDatabase;
  let target: Target;
  let sql: postgres.Sql;

  beforeAll(async () => {
    database = await createTestDatabase({
      setup: `CREATE TABLE items (id bigint PRIMARY KEY, name text, full_name text) WITH (autovacuum_enabled = off);
        INSERT INTO items SELECT g, 'name ' || g, 'name ' || g FROM generate_series(1, 20000) g;
        UPDATE items SET full_name = 'other' WHERE id % 800 = 0`,
    });
    target = openTarget({ url: database.owner.url });
    sql = postgres(database.owner.url, { max: 1, onnotice: () => undefined });
  });
  afterAll(async () => {
    await Promise.all([target.close(), sql.end({ timeout: 5 })]);
    await database.drop();
  });

  const compare = (
    checkpoint: () => Promise<void>,
    where = 't.name IS DISTINCT FROM t.full_name',
    chunkBlocks = 8,
  ) => {
    const scope: CheckScope = {
      target,
      rolloutId: '',
      transition: 'test',
      waivesRetention: false,
      checkpoint,
      chunkBlocks,
    };
    return countRows(scope, {
      kind: 'mismatches',
      table: { schema: 'public', name: 'items' },
      key: [{ name: 'id', type: 'bigint' }],
      where,
      safeWhere: where,
      show: ['name'],
      operation: 0,
    });
  };

  it('finds each row that disagrees once, and those that come while it reads', async () => {
    let asked = 0;
    let inserted: Promise<unknown> | null = null;
    const found = await compare(async () => {
      asked += 1;
      if (asked < 3) return;
      // More than a chunk, behind the end that was there at the beginning, and there before any reader comes to that.
      inserted ??=
        sql`INSERT INTO items SELECT g, 'name', CASE WHEN g % 1000 = 0 THEN 'late' ELSE 'name' END FROM generate_series(30001, 35000) g`.execute();
      await inserted;
    });
    expect(found).toMatchObject({ outcome: 'fail', summary: '30 rows disagree.' });
    expect(found.evidence).toHaveLength(10);
    expect(new Set(found.evidence?.map(({ id }) => id)).size).toBe(10);
    expect(asked).toBeGreaterThan(10);
  });

  it('divides a chunk that takes longer than a statement may, and finds each row once', async () => {
    // As a statement timeout does, but after so many rows.
    await sql.unsafe(`CREATE FUNCTION slow() RETURNS boolean LANGUAGE plpgsql AS $$
      DECLARE this text := statement_timestamp()::text; rows integer; BEGIN
        rows := CASE WHEN current_setting('test.this', true) = this THEN current_setting('test.rows')::integer + 1 ELSE 1 END;
        PERFORM set_config('test.this', this, false), set_config('test.rows', rows::text, false);
        IF rows > 600 THEN RAISE 'canceling statement due to statement timeout' USING ERRCODE = '57014'; END IF;
        RETURN false;
      END $$`);
    let asked = 0;
    const checkpoint = async () => {
      asked += 1;
    };
    const where = 'public.slow() OR t.name IS DISTINCT FROM t.full_name';
    const [row] = await sql<
      { n: number }[]
    >`SELECT count(*)::int AS n FROM items WHERE name IS DISTINCT FROM full_name`;
    expect(await compare(checkpoint, where, 65_536)).toMatchObject({
      outcome: 'fail',
      summary: `${row?.n} rows disagree.`,
    });
    expect(asked).toBeGreaterThan(20);
    // One block that takes too long is as small as it gets.
    await expect(
      compare(
        checkpoint,
        'public.slow() OR (SELECT count(*) FROM generate_series(1, 700) WHERE public.slow()) > 0',
      ),
    ).rejects.toMatchObject({ code: '57014' });
  });

  it('stops reading where it is told to stop', async () => {
    let asked = 0;
    const stopped = compare(async () => {
      asked += 1;
      if (asked === 4) throw new Error('stop');
    });
    await expect(stopped).rejects.toThrow('stop');
    const then = asked;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(asked).toBe(then);
  });
});

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

  const compare = (checkpoint: () => Promise<void>) => {
    const scope: CheckScope = {
      target,
      rolloutId: '',
      transition: 'test',
      waivesRetention: false,
      checkpoint,
      chunkBlocks: 8,
    };
    const where = 't.name IS DISTINCT FROM t.full_name';
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

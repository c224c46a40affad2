import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TransitionFile } from '@/lib/core/operation';
import { FEWER_MAJORS } from '../postgres/test-majors';
import { openSyncBench, type SyncBench } from './sync-bench';

const RENAME: TransitionFile['operations'] = [
  { rename_column: { table: 'items', from: 'name', to: 'full_name' } },
];
/** More than the lock table of a test server has room for: 64 for each of its 260 sessions. */
const MANY = process.env.SEGUE_TEST_FULL === '1' ? 200_000 : 30_000;

/** Loads of very many new keys of a mirrored unique index, in one statement: no lock is kept for each of them. */
describe.each(FEWER_MAJORS)('bulk loads under a mirrored unique index on PostgreSQL %i', (major) => {
  let bench: SyncBench;
  beforeEach(async () => {
    bench = await openSyncBench(major);
    await bench.owner`CREATE TABLE items (id int PRIMARY KEY, name text UNIQUE, n int NOT NULL DEFAULT 0)`;
    await bench.begin(RENAME, 2);
  });
  afterEach(() => bench.close());

  const waits = async (pid: number) => {
    for (;;) {
      const found = await bench.owner`SELECT 1 FROM pg_locks WHERE pid = ${pid} AND NOT granted`;
      if (found.length > 0) return;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };

  it('INSERT … SELECT, an upsert of the same keys, and an UPDATE of all keys go through', async () => {
    const app = await bench.client();
    const many = `SELECT g, 'name ' || g FROM generate_series(1, ${MANY}) g`;
    await app.query('BEGIN');
    await app.query(`INSERT INTO items (id, name) ${many}`);
    const locks = await bench.superuser`SELECT count(*)::int AS n FROM pg_locks WHERE locktype = 'advisory'`;
    expect(locks[0]?.n).toBeLessThan(100);
    await app.query('COMMIT');
    await app.query(
      `INSERT INTO items (id, full_name) ${many} ON CONFLICT (full_name) DO UPDATE SET n = items.n + 1`,
    );
    await app.query(`UPDATE items SET full_name = 'renamed ' || id`);
    expect(
      await bench.owner`SELECT count(*)::int AS rows, sum(n)::int AS n FROM items WHERE name = full_name AND name ^@ 'renamed'`,
    ).toEqual([{ rows: MANY, n: MANY }]);
  });

  it('one key that a load and an upsert by the other column insert at once is a conflict for neither', async () => {
    const load = await bench.client();
    const upsert = await bench.client();
    const { rows } = await upsert.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const pid = rows[0]?.pid ?? 0;
    for (const [round, end] of [
      [1, 'COMMIT'],
      [2, 'ROLLBACK'],
    ] as const) {
      const from = round * MANY;
      await load.query('BEGIN');
      await load.query(
        `INSERT INTO items (id, name) SELECT g, 'name ' || g FROM generate_series(${from + 1}, ${from + 20000}) g`,
      );
      const second = upsert.query(
        `INSERT INTO items (id, full_name) VALUES (-${round}, 'name ${from + 19999}') ON CONFLICT (full_name) DO UPDATE SET n = items.n + 1`,
      );
      await waits(pid);
      await load.query(end);
      await second;
      const found = await bench.owner`SELECT id, n FROM items WHERE full_name = ${`name ${from + 19999}`}`;
      expect(found).toEqual([end === 'COMMIT' ? { id: from + 19999, n: 1 } : { id: -round, n: 0 }]);
    }
  });
});

import { expect, it } from 'vitest';
import { createTestDatabase } from '@/test/postgres/test-database';
import { postgres } from './postgres';

/** Fails in its 5,000th row, when thousands have been sent already. */
const AFTER_MANY_ROWS = {
  'it fails': "SELECT 1 / (g - 5000), repeat('x', 100) FROM generate_series(1, 6000) g",
  'its connection is lost':
    "SELECT CASE g WHEN 5000 THEN pg_terminate_backend(pg_backend_pid()) END, repeat('x', 100) FROM generate_series(1, 6000) g",
};

it.each(Object.entries(AFTER_MANY_ROWS))(
  'a query leaves nothing to the next one when %s while its rows come in',
  async (_, failing) => {
    const database = await createTestDatabase();
    const sql = postgres(database.superuserUrl, { max: 1, onnotice: () => undefined });
    try {
      const next: Record<string, () => Promise<unknown>> = {
        one: async () => [...(await sql`SELECT ${7}::int AS n`)],
        none: async () => [...(await sql`SELECT 1 WHERE false`)],
        several: async () =>
          (await sql.unsafe('SELECT 1 AS a; SELECT 2 AS b').simple()).map((each) => [...each]),
        values: async () => [...(await sql`SELECT 1, 2`.values())],
        'in a transaction': () => sql.begin(async (tx) => [...(await tx`SELECT 8 AS n`)]),
      };
      const found: Record<string, unknown> = {};
      for (const [name, ask] of Object.entries(next)) {
        await expect(sql.unsafe(failing)).rejects.toThrow();
        // What the connection's end has to say may reach the next query; the one after it is asked then.
        found[name] = await ask().catch(ask);
      }
      expect(found).toEqual({
        one: [{ n: 7 }],
        none: [],
        several: [[{ a: 1 }], [{ b: 2 }]],
        values: [[1, 2]],
        'in a transaction': [{ n: 8 }],
      });
    } finally {
      await sql.end();
      await database.drop();
    }
  },
);

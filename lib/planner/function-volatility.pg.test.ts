import postgres from 'postgres';
import { expect, it } from 'vitest';
import { serverVariable, TEST_MAJORS } from '@/test/postgres/test-majors';
import { functionVolatility, KNOWN_FUNCTIONS } from './function-volatility';

const SHORT = { i: 'immutable', s: 'stable', v: 'volatile' } as const;

it.each(TEST_MAJORS)('what is said of functions is what PostgreSQL %i has in pg_proc', async (major) => {
  const sql = postgres(process.env[serverVariable(major)] ?? '', { max: 1 });
  const rows = await sql<{ name: string; calmest: keyof typeof SHORT }[]>`
    SELECT proname::text AS name, min(provolatile::text) AS calmest FROM pg_proc
    WHERE pronamespace = 'pg_catalog'::regnamespace GROUP BY proname`;
  await sql.end();
  const calmest = new Map(rows.map((row) => [row.name, SHORT[row.calmest]]));
  const wrong = KNOWN_FUNCTIONS.filter(
    (name) => calmest.has(name) && calmest.get(name) !== functionVolatility(name),
  );
  expect(wrong).toEqual([]);
  expect(KNOWN_FUNCTIONS.filter((name) => calmest.has(name)).length).toBeGreaterThan(400);
});

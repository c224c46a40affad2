import { afterAll, beforeAll, expect, it } from 'vitest';
import { quoteIdent, quoteLiteral } from '@/lib/core/sql-text';
import { createTestDatabase, type TestDatabase } from '@/test/postgres/test-database';
import { openTarget, SESSION_SETTINGS, type Target } from './target';

/** What a role may have been given for its application's sake. */
const OF_THE_ROLE = {
  lock_timeout: '0',
  statement_timeout: '0',
  row_security: 'on',
  TimeZone: 'Asia/Kathmandu',
  default_transaction_isolation: 'serializable',
  quote_all_identifiers: 'on',
  extra_float_digits: '-5',
  bytea_output: 'escape',
  jit: 'on',
};

let database: TestDatabase;
let target: Target;

beforeAll(async () => {
  database = await createTestDatabase();
  const first = openTarget({ url: database.owner.url });
  for (const [name, value] of Object.entries(OF_THE_ROLE))
    await first.sql.unsafe(
      `ALTER ROLE ${quoteIdent(database.owner.name)} SET ${name} = ${quoteLiteral(value)}`,
    );
  await first.close();
  target = openTarget({ url: database.owner.url });
});

afterAll(async () => {
  await target.close();
  await database.drop();
});

it('every session has the settings that Segue asks for, whatever its role has', async () => {
  const asked = Object.keys(SESSION_SETTINGS);
  const rows = await target.sql<{ name: string; setting: string }[]>`
    SELECT name, setting FROM pg_settings WHERE lower(name) = ANY (${asked.map((name) => name.toLowerCase())})`;
  const found = Object.fromEntries(rows.map((row) => [row.name.toLowerCase(), row.setting]));
  for (const [name, value] of Object.entries(SESSION_SETTINGS))
    expect(found[name.toLowerCase()], name).toBe(String(value));
});

it("names of the application's schemas are out of reach, and types print with their schema", async () => {
  await target.sql`CREATE TYPE public.mood AS ENUM ('sad')`;
  const [row] =
    await target.sql`SELECT to_regtype('mood')::text AS bare, format_type('public.mood'::regtype, NULL) AS full`;
  expect(row).toEqual({ bare: null, full: 'public.mood' });
});

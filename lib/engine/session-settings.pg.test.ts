import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toTransitionSpec, transitionFileSchema } from '@/lib/core/operation';
import { quoteIdent } from '@/lib/core/sql-text';
import { mustMove } from '@/test/lifecycle/move';
import { createTestDatabase, type TestDatabase } from '@/test/postgres/test-database';
import { FEWER_MAJORS } from '@/test/postgres/test-majors';
import { takeLease } from './lease';
import { openMigrator } from './migrate-step';
import { planTransition } from './plan-transition';
import { fixPlan } from './rollouts';
import { openTarget, type Target } from './target';

/** What a role may be given for its own work, and what would end or change ours. */
const OF_THE_ROLE = {
  statement_timeout: '7min',
  lock_timeout: '7min',
  idle_in_transaction_session_timeout: '7min',
  idle_session_timeout: '7min',
  default_transaction_isolation: 'serializable',
  TimeZone: 'Asia/Tokyo',
};

describe.each(FEWER_MAJORS)('settings of Segue’s sessions, on PostgreSQL %i', (major) => {
  let database: TestDatabase;
  let superuser: postgres.Sql;
  let target: Target;
  const theirs = { ...OF_THE_ROLE, ...(major >= 17 ? { transaction_timeout: '7min' } : {}) };

  beforeAll(async () => {
    database = await createTestDatabase({
      major,
      setup: `CREATE TABLE items (id bigint PRIMARY KEY, name text);
        CREATE INDEX items_name_idx ON items (name);
        INSERT INTO items SELECT g, 'name ' || g FROM generate_series(1, 3000) g; ANALYZE items`,
    });
    superuser = postgres(database.superuserUrl, { max: 1, onnotice: () => undefined });
    for (const [name, value] of Object.entries(theirs))
      await superuser.unsafe(
        `ALTER ROLE ${quoteIdent(database.owner.name)} SET ${quoteIdent(name)} = '${value}'`,
      );
    target = openTarget({ url: database.owner.url });
  });
  afterAll(async () => {
    await Promise.all([target.close(), superuser.end({ timeout: 5 })]);
    await database.drop();
  });

  const fixed = async (name: string, operations: unknown[]) => {
    const spec = transitionFileSchema.parse({ name, operations });
    const plan = await planTransition(target, toTransitionSpec(spec));
    return (await fixPlan(target, { plan, managedBy: null })).id;
  };

  it('are in force whatever the role has: no time ends a session that rests, or a transaction that is long', async () => {
    const id = await fixed('settings', [
      { rename_column: { table: 'items', from: 'name', to: 'full_name' } },
    ]);
    const lease = await takeLease(target, id, 'test');
    if ('retryInMs' in lease) throw new Error('the lease is not free');
    const migrator = openMigrator(lease);
    try {
      const names = Object.keys(theirs).map((name) => name.toLowerCase());
      for (const sql of [lease.session.sql, migrator.line.sql]) {
        const rows = await sql<{ name: string; setting: string }[]>`
          SELECT lower(name) AS name, setting FROM pg_settings WHERE lower(name) = ANY (${names}::text[])`;
        expect(Object.fromEntries(rows.map(({ name, setting }) => [name, setting]))).toEqual({
          statement_timeout: '60000',
          lock_timeout: '2000',
          idle_in_transaction_session_timeout: '10000',
          idle_session_timeout: '2147483647',
          default_transaction_isolation: 'read committed',
          timezone: 'UTC',
          ...(major >= 17 ? { transaction_timeout: '0' } : {}),
        });
      }
    } finally {
      await migrator.close();
      await lease.release();
    }
  });

  it('are those of the beginning again after SQL of one’s own has set others', async () => {
    const id = await fixed('own', [
      {
        free_sql: {
          up: "SET TimeZone = 'Asia/Tokyo'; SET search_path = public; COMMENT ON TABLE public.items IS 'seen'",
          down: 'COMMENT ON TABLE public.items IS NULL',
        },
      },
      {
        free_sql: {
          up: "CREATE TABLE public.seen AS SELECT current_setting('TimeZone') AS zone, current_setting('search_path') AS path",
          down: 'DROP TABLE public.seen',
        },
      },
    ]);
    expect(await mustMove(target, id, 'forward')).toBe(1);
    expect(await superuser`SELECT * FROM seen`).toEqual([{ zone: 'UTC', path: 'pg_catalog, pg_temp' }]);
    expect(await mustMove(target, id, 'back')).toBe(0);
  });

  it('make a batch give way to a client’s lock well before a deadlock is looked for, and never pass over a row', async () => {
    await superuser.unsafe(
      `ALTER ROLE ${quoteIdent(database.owner.name)} SET deadlock_timeout = '500ms'; ALTER DATABASE ${quoteIdent(database.name)} SET row_security = on`,
    );
    const owner = postgres(database.owner.url, { max: 1, onnotice: () => undefined });
    await owner.unsafe(`CREATE TABLE copied (id int PRIMARY KEY, name text);
      INSERT INTO copied SELECT g, g::text FROM generate_series(1, 3) g;
      CREATE TABLE felt (name text PRIMARY KEY, setting text);
      CREATE FUNCTION feel() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO public.felt SELECT name, setting FROM pg_settings WHERE name IN ('lock_timeout', 'row_security', 'statement_timeout', 'synchronous_commit')
        ON CONFLICT DO NOTHING; RETURN NEW; END $$;
      CREATE TRIGGER feel BEFORE UPDATE ON copied FOR EACH ROW EXECUTE FUNCTION feel()`);
    await owner.end();
    const anew = openTarget({ url: database.owner.url });
    const spec = transitionFileSchema.parse({
      name: 'copied',
      operations: [{ rename_column: { table: 'copied', from: 'name', to: 'full_name' } }],
    });
    const plan = await planTransition(anew, toTransitionSpec(spec));
    const { id } = await fixPlan(anew, { plan, managedBy: null });
    for (const position of [1, 2])
      expect(await mustMove(anew, id, 'forward', { acknowledged: ['*'] })).toBe(position);
    await anew.close();
    const felt = await superuser<{ name: string; setting: string }[]>`SELECT name, setting FROM felt`;
    expect(Object.fromEntries(felt.map(({ name, setting }) => [name, setting]))).toEqual({
      lock_timeout: '100',
      row_security: 'off',
      statement_timeout: '15000',
      synchronous_commit: 'off',
    });
  });

  it('cannot be taken away by it', async () => {
    for (const up of [
      'SET lock_timeout = 0; SELECT 1',
      'SET LOCAL statement_timeout TO 0; SELECT 1',
      'RESET ALL; SELECT 1',
    ])
      await expect(fixed('away', [{ free_sql: { up, down: 'SELECT 1' } }])).rejects.toMatchObject({
        message: expect.stringContaining('would take away what keeps this SQL'),
      });
  });
});

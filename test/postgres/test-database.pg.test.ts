import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, TEST_MAJORS, type TestDatabase } from './test-database';

describe.each(TEST_MAJORS)('a test database on PostgreSQL %i', (major) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase({
      major,
      appRoles: 2,
      statStatements: true,
      setup: 'create table t (id int generated always as identity primary key, v text)',
    });
  });
  afterAll(() => database.drop());

  it('is of that major, with pg_stat_statements loaded', async () => {
    const sql = postgres(database.superuserUrl, { max: 1 });
    const [row] = await sql`select current_setting('server_version_num')::int / 10000 as major`;
    expect(row?.major).toBe(major);
    await sql`select count(*) from pg_stat_statements`;
    await sql.end();
  });

  it('belongs to an owner without superuser rights', async () => {
    const sql = postgres(database.owner.url, { max: 1 });
    const [row] =
      await sql`select rolsuper, rolcreaterole, rolcreatedb from pg_roles where rolname = current_user`;
    expect(row).toEqual({ rolsuper: false, rolcreaterole: false, rolcreatedb: false });
    await sql`create schema made_by_owner`;
    await sql`create table public.more (id int)`;
    await sql.end();
  });

  it('lets applications read and write, and nothing more', async () => {
    for (const app of database.apps) {
      const sql = postgres(app.url, { max: 1 });
      await sql`insert into t (v) values ('x')`;
      await expect(sql`create table public.mine (id int)`).rejects.toThrow(/permission denied/);
      await expect(sql`alter table t add column w int`).rejects.toThrow(/must be owner/);
      await sql.end();
    }
  });

  it('drops twice without an error', async () => {
    const other = await createTestDatabase({ major });
    await other.drop();
    await other.drop();
  });
});

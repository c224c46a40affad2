import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callSegue } from '@/test/call-segue';
import { createTestDatabase, type TestDatabase } from '@/test/postgres/test-database';
import { makeWorkspace, type Workspace } from '@/test/run-segue';
import { drizzleFolder, stockMigrate } from './drizzle-folder';

/** A CI run asks whether what the next deploy would run meets a transition half-way. */
describe('segue guard', () => {
  let workspace: Workspace;
  let database: TestDatabase;
  let sql: postgres.Sql;
  let folder: ReturnType<typeof drizzleFolder>;
  const segue = (...args: string[]) =>
    callSegue([...args, '--database', database.owner.url], workspace.folder);
  const findings = async (...args: string[]) => {
    const { code, last } = await segue('guard', ...args, '--json');
    return { code, found: last().findings as Record<string, unknown>[] };
  };

  beforeAll(async () => {
    workspace = makeWorkspace();
    folder = drizzleFolder(workspace, 'm');
    folder.add(
      'start',
      `CREATE TABLE "users" ("id" serial PRIMARY KEY, "name" text NOT NULL);
CREATE TABLE "orders" ("id" serial PRIMARY KEY, "user_id" int REFERENCES "users" ("id"), "total" int);
CREATE INDEX "users_name" ON "users" ("name");
CREATE TABLE "notes" ("id" serial PRIMARY KEY, "body" text);`,
    );
    database = await createTestDatabase();
    sql = postgres(database.owner.url, { max: 1, onnotice: () => undefined });
    await stockMigrate(database.owner.url, workspace, 'm');
    workspace.write('rename.yaml', {
      name: 'rename users.name',
      operations: [{ rename_column: { table: 'users', from: 'name', to: 'full_name' } }],
    });
    expect(await segue('advance', 'rename.yaml', '--to', '2')).toMatchObject({ code: 0 });
  });
  afterAll(async () => {
    await sql.end({ timeout: 5 });
    await database.drop();
    workspace.remove();
  });

  it('passes while nothing is pending, and while what is pending touches other tables', async () => {
    expect(await findings('m')).toEqual({ code: 0, found: [] });
    folder.add('notes', 'ALTER TABLE "notes" ADD COLUMN "at" timestamptz; -- users are not concerned');
    const { code, stdout } = await segue('guard', 'm');
    expect([code, stdout]).toEqual([
      0,
      '1 pending. Not touched: public.orders, public.users, in transition.\n',
    ]);
  });

  it.each([
    ['a change of the table', 'ALTER TABLE users ADD COLUMN fax text;', 'public.users'],
    ['its index by name', 'DROP INDEX users_name;', 'public.users'],
    ['its rows', "UPDATE users SET name = 'x';", 'public.users'],
    ['a reference to it', 'CREATE TABLE pets (owner int REFERENCES users (id));', 'public.users'],
    ['a DO block', 'DO $$ BEGIN ALTER TABLE users ADD COLUMN fax text; END $$;', 'public.users'],
    [
      'code put together when it runs',
      "DO $$ BEGIN EXECUTE format('ALTER TABLE %I ADD COLUMN fax text', 'users'); END $$;",
      'public.users',
    ],
    ['its foreign-key partner', 'ALTER TABLE orders DROP COLUMN total;', 'public.orders'],
    ['a column that is gone in between', 'ALTER TABLE users DROP COLUMN nothing;', 'public.users'],
    ['what the file makes anew', 'DROP TABLE orders; CREATE TABLE orders (id int);', 'public.orders'],
  ])('fails for %s, with file, line, table, transition and phase', async (_, statement, table) => {
    workspace.write('pending.sql', `SELECT 1;\n\n${statement}\n`);
    const { code, found } = await findings('pending.sql');
    expect(code).toBe(1);
    expect(found).toContainEqual(
      expect.objectContaining({
        rule: 'table-in-transition',
        file: 'pending.sql',
        line: 3,
        relation: table,
        transition: 'rename users.name',
        phase: 'dual_write',
      }),
    );
    expect(found.map(({ message }) => message).join()).toContain(
      'the transition "rename users.name", which is in Sync (2 of 5 phases done)',
    );
  });

  it.each([
    ['reading it', 'INSERT INTO notes (body) SELECT name FROM users;'],
    ['a table of another schema', 'CREATE SCHEMA other; CREATE TABLE other.users (id int);'],
  ])('passes for %s', async (_, statement) => {
    workspace.write('pending.sql', statement);
    expect(await findings('pending.sql')).toEqual({ code: 0, found: [] });
  });

  it('finds the pending files in the journal that drizzle’s configuration names', async () => {
    const file = folder.add('users_fax', 'ALTER TABLE users ADD COLUMN fax text;');
    workspace.write(
      'drizzle.config.mjs',
      `export default { out: './m', migrations: { schema: 'drizzle', table: '__drizzle_migrations' } };`,
    );
    const { code, stdout } = await segue(
      'guard',
      '--drizzle-config',
      'drizzle.config.mjs',
      '--format',
      'github',
    );
    expect(code).toBe(1);
    expect(stdout).toContain(
      `::error file=${file},line=1,col=1,title=table-in-transition::public.users is in`,
    );
    workspace.write('other.config.mjs', `export default { out: './m', migrations: { table: 'elsewhere' } };`);
    // A journal that is not there has nothing: all three files are pending.
    expect(
      (await segue('guard', '--drizzle-config', 'other.config.mjs', '--json')).last().pending,
    ).toHaveLength(3);
  });

  it('keeps drizzle-kit push and prisma migrate dev from what Segue has in the tables', async () => {
    workspace.write('push.config.mjs', `export default { schemaFilter: ['public', 'segue'] };`);
    const push = await findings('--drizzle-config', 'push.config.mjs', '--push');
    expect(push.code).toBe(1);
    expect(push.found.map(({ rule, relation }) => [rule, relation])).toEqual([
      ['schema-segue-in-sight', null],
      ['push-would-drop', 'public.users'],
    ]);
    workspace.write('prisma.config.mjs', `export default { schema: 'prisma/schema.prisma' };`);
    expect((await findings('--prisma-config', 'prisma.config.mjs')).found).toMatchObject([
      { rule: 'push-would-drop', fix: expect.stringContaining("external: ['public.users']") },
    ]);
    workspace.write(
      'external.config.mjs',
      `export default { experimental: { externalTables: true }, tables: { external: ['public.users'] } };`,
    );
    expect(await findings('--prisma-config', 'external.config.mjs')).toEqual({ code: 0, found: [] });
  });

  it('says what is missing or wrong', async () => {
    workspace.write('plain/1.sql', 'SELECT 1;');
    expect(await segue('guard', 'plain')).toMatchObject({ code: 2 });
    expect(await segue('guard')).toMatchObject({ code: 2 });
    expect(await segue('guard', 'm', '--format', 'sarif')).toMatchObject({ code: 2 });
    expect(await segue('guard', 'gone.sql')).toMatchObject({ code: 2 });
    expect(await segue('guard', '--drizzle-config', 'gone.ts')).toMatchObject({ code: 2 });
  });

  it('passes again when the transition is rolled back', async () => {
    expect(await segue('rollback', 'rename.yaml', '--to', '0')).toMatchObject({ code: 0 });
    expect(await findings('m')).toEqual({ code: 0, found: [] });
  });
});

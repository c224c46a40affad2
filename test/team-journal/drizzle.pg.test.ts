import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callSegue } from '@/test/call-segue';
import { createTestDatabase, type TestDatabase } from '@/test/postgres/test-database';
import { FEWER_MAJORS } from '@/test/postgres/test-majors';
import { makeWorkspace, type Workspace } from '@/test/run-segue';
import { drizzleFolder, stockMigrate } from './drizzle-folder';

/** A team deploys with drizzle's stock migrator; one of its files goes through Segue instead. */
describe.each(FEWER_MAJORS)('a file of drizzle-kit’s, on PostgreSQL %i', (major) => {
  let workspace: Workspace;
  let database: TestDatabase;
  let sql: postgres.Sql;
  let rename = '';
  let folder: ReturnType<typeof drizzleFolder>;

  const segue = (...args: string[]) =>
    callSegue([...args, '--database', database.owner.url, '--json'], workspace.folder);
  const deploy = () => stockMigrate(database.owner.url, workspace, 'm');
  const journal = async (table = 'drizzle.__drizzle_migrations') =>
    sql.unsafe<{ hash: string; created_at: string }[]>(`SELECT hash, created_at FROM ${table} ORDER BY id`);
  const columns = async () =>
    (
      await sql<{ name: string }[]>`
        SELECT attname AS name FROM pg_attribute WHERE attrelid = 'users'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`
    ).map(({ name }) => name);

  beforeAll(async () => {
    workspace = makeWorkspace();
    workspace.write('rename.yaml', {
      name: 'rename users.name',
      operations: [{ rename_column: { table: 'users', from: 'name', to: 'full_name' } }],
    });
    folder = drizzleFolder(workspace, 'm');
    folder.add(
      'users',
      `CREATE TABLE "users" ("id" serial PRIMARY KEY, "name" text NOT NULL);--> statement-breakpoint
INSERT INTO "users" ("name") SELECT 'n' || i FROM generate_series(1, 20) i;`,
    );
    database = await createTestDatabase({ major });
    sql = postgres(database.owner.url, { max: 1, onnotice: () => undefined });
    await deploy();
    rename = folder.add('full_name', 'ALTER TABLE "users" RENAME COLUMN "name" TO "full_name";');
  });
  afterAll(async () => {
    await sql.end({ timeout: 5 });
    await database.drop();
    workspace.remove();
  });

  it('is recorded with the first step, so that the next deploy finds nothing to do', async () => {
    const plan = await segue('plan', 'rename.yaml', '--record', rename);
    expect(plan.code).toBe(0);
    const [first] = plan.last().phases as { steps: { id: string; title: string; sql: string[] }[] }[];
    expect(first?.steps[0]).toMatchObject({
      id: '0.record',
      title: 'Record 0001_full_name.sql in drizzle.__drizzle_migrations',
    });
    expect(first?.steps[0]?.sql.join('\n')).toContain('INSERT INTO "drizzle"."__drizzle_migrations"');
    expect(await journal()).toHaveLength(1);

    expect(await segue('advance', 'rename.yaml', '--record', rename)).toMatchObject({ code: 0 });
    const text = readFileSync(path.join(workspace.folder, rename));
    expect((await journal())[1]).toEqual({
      hash: createHash('sha256').update(text).digest('hex'),
      created_at: String(folder.whenOf(1)),
    });
    await deploy();
    expect(await journal()).toHaveLength(2);
    expect(await columns()).toEqual(['id', 'name', 'full_name']);
  });

  it('goes out of the journal again on the way back to 0, and the next deploy would run it', async () => {
    const back = await segue('rollback', 'rename.yaml', '--to', '0');
    expect(back.code).toBe(0);
    expect(back.stdout).toContain('drizzle-kit migrate would then run 0001_full_name.sql');
    expect(await journal()).toHaveLength(1);
    expect(await sql`SELECT FROM segue.team_records`).toHaveLength(0);
    await deploy();
    expect(await columns()).toEqual(['id', 'full_name']);
    expect(await journal()).toHaveLength(2);
  });

  it('that somebody has run is refused at planning, with the way out', async () => {
    const refused = await segue('plan', 'rename.yaml', '--record', rename);
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain(
      '0001_full_name.sql is recorded in drizzle.__drizzle_migrations already',
    );
    expect(refused.stderr).toContain('--no-record');
    await sql`ALTER TABLE users RENAME COLUMN full_name TO name`;
    expect(await segue('plan', 'rename.yaml', '--no-record')).toMatchObject({ code: 0 });
    await sql`DELETE FROM drizzle.__drizzle_migrations WHERE created_at = ${folder.whenOf(1)}`;
  });

  it('does not keep later files from being run; then its record stays on the way back, which says so', async () => {
    expect(await segue('advance', 'rename.yaml', '--record', rename)).toMatchObject({ code: 0 });
    folder.add('notes', 'CREATE TABLE "notes" ("id" serial PRIMARY KEY);');
    await deploy();
    expect(await journal()).toHaveLength(3);
    expect(await sql`SELECT FROM notes`).toEqual([]);

    const back = await segue('rollback', 'rename.yaml');
    expect(back.code).toBe(0);
    expect(back.stdout).toContain('stays recorded in drizzle.__drizzle_migrations');
    expect(await journal()).toHaveLength(3);
    expect(await columns()).toEqual(['id', 'name']);

    expect(await segue('advance', 'rename.yaml', '--record', rename)).toMatchObject({ code: 0 });
    expect(await journal()).toHaveLength(3);
  });

  it('whose predecessors are pending stops before anything is changed', async () => {
    folder.add('pending', 'CREATE TABLE "pending" ("id" serial PRIMARY KEY);');
    const file = folder.add('phone', 'ALTER TABLE "notes" ADD COLUMN "phone" text;');
    workspace.write('phone.yaml', {
      name: 'notes.phone',
      operations: [{ add_column: { table: 'notes', column: 'phone', type: 'text' } }],
    });
    const plan = await segue('plan', 'phone.yaml', '--record', file);
    expect(plan.last().findings).toMatchObject([
      { rule: 'earlier-files-pending', message: expect.stringContaining('0003_pending') },
    ]);
    const stopped = await segue('advance', 'phone.yaml', '--record', file);
    expect(stopped.code).toBe(3);
    expect(stopped.stderr).toContain('0003_pending comes before 0004_phone.sql and is not recorded');
    expect(await sql`SELECT FROM segue.rollouts WHERE name = 'notes.phone'`).toHaveLength(0);
    expect(await journal()).toHaveLength(3);
  });

  it('is recorded where the team’s configuration puts the journal, which is made only when asked', async () => {
    const table = ['--journal', 'public.our_migrations'];
    const [alone, args] = [drizzleFolder(workspace, 'other'), ['plan', 'email.yaml'] as const];
    const file = alone.add('email', 'ALTER TABLE "notes" ADD COLUMN "email" text;');
    workspace.write('email.yaml', {
      name: 'notes.email',
      operations: [{ add_column: { table: 'notes', column: 'email', type: 'text' } }],
    });
    expect((await segue(...args, '--record', file, ...table)).last()).toMatchObject({
      record: { table: { schema: 'public', name: 'our_migrations' } },
    });
    expect(await segue('advance', 'email.yaml', '--record', file, ...table)).toMatchObject({ code: 0 });
    await stockMigrate(database.owner.url, workspace, 'other', {
      migrationsSchema: 'public',
      migrationsTable: 'our_migrations',
    });
    expect(await journal('public.our_migrations')).toHaveLength(1);
  });
});

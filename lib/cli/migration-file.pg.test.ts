import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callSegue } from '@/test/call-segue';
import { createTestDatabase, type TestDatabase } from '@/test/postgres/test-database';
import { makeWorkspace, type Workspace } from '@/test/run-segue';

/** A raw migration on the command line: planned, asked, carried out and taken back against a real server. */

let workspace: Workspace;
let database: TestDatabase;
let owner: postgres.Sql;

const on = (...args: string[]) =>
  callSegue([...args, '--database', database.owner.url, '--json'], workspace.folder);

const MIGRATION = `
CREATE TYPE "public"."mood" AS ENUM('ok', 'sad');--> statement-breakpoint
CREATE TABLE "notes" ("id" serial PRIMARY KEY NOT NULL, "author" integer NOT NULL, "mood" mood DEFAULT 'ok' NOT NULL);--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "country" text NOT NULL;--> statement-breakpoint
DO $$ BEGIN
 ALTER TABLE "notes" ADD CONSTRAINT "notes_author_users_id_fk" FOREIGN KEY ("author") REFERENCES "public"."users"("id") ON DELETE cascade;
EXCEPTION
 WHEN duplicate_object THEN null;
END $$;
--> statement-breakpoint
CREATE INDEX "users_name_idx" ON "users" ("name");--> statement-breakpoint
CREATE INDEX "notes_author_idx" ON "notes" USING btree ("author");--> statement-breakpoint
COMMENT ON TABLE "notes" IS 'what people wrote';--> statement-breakpoint
COMMENT ON COLUMN "users"."country" IS 'where they live';--> statement-breakpoint
UPDATE "users" SET "name" = upper("name") WHERE "id" < 10;
`;

beforeAll(async () => {
  workspace = makeWorkspace();
  workspace.write('0007_new_country.sql', MIGRATION);
  database = await createTestDatabase({
    setup: `
      create table users (id int primary key, name text not null);
      insert into users select i, 'n' || i from generate_series(1, 50) i;
    `,
  });
  owner = postgres(database.owner.url, { max: 1, onnotice: () => undefined });
});

afterAll(async () => {
  await owner.end();
  await database.drop();
  workspace.remove();
});

const facts = async () =>
  (
    await owner<{ line: string }[]>`
      select format('%s %s %s', table_name, column_name, is_nullable) as line from information_schema.columns where table_schema = 'public' and column_name !~ 'segue'
      union all select indexdef from pg_indexes where schemaname = 'public'
      union all select conname::text from pg_constraint where connamespace = 'public'::regnamespace and contype <> 'n'
      union all select count(*) || ' upper' from users where name like 'N%' order by 1`
  ).map(({ line }) => line);

describe('segue with a migration in SQL', () => {
  it('asks for what the file does not say, exit 3, and changes nothing', async () => {
    const { code, lines, stderr } = await on('plan', '0007_new_country.sql');
    expect(code).toBe(3);
    expect(stderr).toMatch(/One question is open: value:public\.users\.country/);
    expect(lines()[0]).toMatchObject({
      questions: [{ id: 'value:public.users.country', line: 4, required: true, answer: null }],
      statements: expect.arrayContaining([
        expect.objectContaining({ line: 4, fate: { kind: 'asks', question: 'value:public.users.country' } }),
      ]),
    });
    expect((await on('advance', '0007_new_country.sql')).code).toBe(3);
  });

  it('plans with the answer, from the command line or a file, and says what became of each statement', async () => {
    workspace.write('answers.yaml', `"value:public.users.country": "'US'"\n`);
    const given = await on('plan', '0007_new_country.sql', '--answer', "value:public.users.country='US'");
    const fromFile = await on('plan', '0007_new_country.sql', '--answers', 'answers.yaml');
    expect([given.code, given.stderr]).toEqual([0, '']);
    expect(given.lines()[0]).toMatchObject({
      name: '0007_new_country',
      source: { file: '0007_new_country.sql' },
      reading: { statements: expect.any(Array), questions: [{ answer: "'US'" }] },
    });
    expect(fromFile.lines()[0]?.digest).toBe(given.lines()[0]?.digest);
    const wrong = await on('plan', '0007_new_country.sql', '--answer', 'value:public.users.countri=1');
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringMatching(/no question/)]);
  });

  it('is carried out, found again by its file, and taken back to the first schema and rows', async () => {
    const first = await facts();
    const answers = ['--answers', 'answers.yaml'];
    const advanced = await on('advance', '0007_new_country.sql', ...answers, '--to', 'end');
    expect([advanced.code, advanced.stderr]).toEqual([0, '']);
    const after = await facts();
    expect(after).toEqual(
      expect.arrayContaining([
        'users country NO',
        'notes mood NO',
        'notes_author_users_id_fk',
        '9 upper',
        expect.stringContaining('notes_author_idx'),
        expect.stringContaining('users_name_idx'),
      ]),
    );
    // A second time, without the answers: it is done already, by the file's own text.
    expect((await on('advance', '0007_new_country.sql', '--to', 'end')).code).toBe(0);
    expect((await on('status')).lines()[0]).toMatchObject({ transitions: [{ name: '0007_new_country' }] });
    workspace.write('0007_new_country.sql', `${MIGRATION}\nSELECT 1;`);
    const other = await on('rollback', '0007_new_country.sql');
    expect([other.code, other.stderr]).toEqual([2, expect.stringMatching(/other operations/)]);
    workspace.write('0007_new_country.sql', MIGRATION);
    const back = await on('rollback', '0007_new_country.sql', '--to', '0');
    expect([back.code, back.stderr]).toEqual([0, '']);
    expect(await facts()).toEqual(first);
  });
});

describe('a question about data before a phase', () => {
  it('stops advance, exit 3, until somebody says yes; the answer is recorded', async () => {
    await owner`create table pets (id int primary key, chip text)`;
    workspace.write(
      '0008_chips.sql',
      'CREATE TABLE chips (pet int PRIMARY KEY, code text); INSERT INTO chips SELECT id, chip FROM pets; ALTER TABLE pets DROP COLUMN chip;',
    );
    const advance = (...more: string[]) => on('advance', '0008_chips.sql', '--to', 'end', ...more);
    const id = 'not-carried-over:public.pets.chip';
    const stopped = await advance();
    expect(stopped.code).toBe(3);
    expect(stopped.stderr).toMatch(/Before "Retire": Is what old code wrote to public\.pets\.chip/);
    expect(stopped.last()).toMatchObject({
      type: 'result',
      error: { code: 'confirmation_missing', next: expect.stringContaining(`--accept ${id}`) },
    });
    const again = await advance('--accept', 'not-carried-over:public.pets.id');
    expect([again.code, again.last()]).toEqual([3, stopped.last()]);
    const position = Number(again.last()?.position);

    const done = await advance('--accept', id);
    expect([done.code, done.stderr]).toEqual([0, '']);
    expect(done.last()).toMatchObject({ type: 'result', position: position + 1, error: null });
    const [move] = await owner<{ words: string[] }[]>`select words from segue.moves order by id desc limit 1`;
    expect(move?.words.join()).toMatch(/Is what old code wrote to public\.pets\.chip .* Yes\./);
  });
});

import { describe, expect, it } from 'vitest';
import { readingOf, specOf } from '@/test/memory-of';

const HISTORY = `
  CREATE TYPE mood AS ENUM ('sad', 'ok');
  CREATE TABLE teams (id int PRIMARY KEY, name text, mood mood NOT NULL DEFAULT 'ok');
  CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL, price int NOT NULL, nick text, email text UNIQUE);`;

const read = (text: string, answers?: Record<string, string>) => readingOf(text, HISTORY, answers);
const operations = (text: string, answers?: Record<string, string>) =>
  specOf(text, HISTORY, answers).operations;

describe('statements that belong together', () => {
  it('ADD COLUMN, UPDATE and SET NOT NULL are one column with its value', () => {
    const text =
      'ALTER TABLE users ADD COLUMN slug text;\nUPDATE users SET slug = lower(users.name);\nALTER TABLE users ALTER COLUMN slug SET NOT NULL;';
    expect(operations(text)).toMatchObject([
      { kind: 'add_column', column: 'slug', nullable: false, value: 'lower(name)' },
    ]);
    expect(read(text).statements.map(({ fate }) => fate)).toEqual(
      Array(3).fill({ kind: 'operation', operations: [0] }),
    );
  });

  it('an UPDATE of some rows, or from other tables, stays one; the value is asked', () => {
    const some = (update: string) =>
      read(
        `ALTER TABLE users ADD COLUMN slug text; ${update}; ALTER TABLE users ALTER COLUMN slug SET NOT NULL;`,
      );
    for (const update of [
      "UPDATE users SET slug = 'x' WHERE id > 3",
      'UPDATE users SET slug = t.name FROM teams t WHERE t.id = users.id',
      'UPDATE users SET slug = (SELECT max(name) FROM teams)',
      "UPDATE users SET slug = 'x', nick = 'y'",
    ])
      expect(some(update).questions.map(({ id }) => id)).toEqual(['value:public.users.slug']);
  });

  it('a default that is only for the rows that are there is their value', () => {
    expect(
      operations(
        "ALTER TABLE users ADD COLUMN slug text NOT NULL DEFAULT 'x'; ALTER TABLE users ALTER COLUMN slug DROP DEFAULT",
      ),
    ).toMatchObject([{ kind: 'add_column', nullable: false, value: "'x'", default: undefined }]);
    expect(
      operations(
        "ALTER TABLE users ADD COLUMN slug text DEFAULT 'x'; ALTER TABLE users ALTER COLUMN slug SET DEFAULT 'y'",
      ),
    ).toMatchObject([{ kind: 'add_column', value: "'x'", default: "'y'" }]);
  });

  it('a column that is copied and dropped is renamed', () => {
    expect(
      operations(
        'ALTER TABLE users ADD COLUMN alias text; UPDATE users SET alias = nick; ALTER TABLE users DROP COLUMN nick;',
      ),
    ).toEqual([
      { kind: 'rename_column', table: { schema: 'public', name: 'users' }, from: 'nick', to: 'alias' },
    ]);
  });

  it('a column that is converted and dropped changes its type, and under its own name if it gets that back', () => {
    const text =
      'ALTER TABLE users ADD COLUMN cents bigint; UPDATE users SET cents = price * 100; ALTER TABLE users ALTER COLUMN cents SET NOT NULL; ALTER TABLE users DROP COLUMN price;';
    expect(read(text).questions).toMatchObject([{ id: 'down:public.users.cents', required: true }]);
    expect(operations(text, { 'down:public.users.cents': 'cents / 100' })).toMatchObject([
      {
        kind: 'change_type',
        column: 'price',
        to: 'cents',
        type: 'bigint',
        up: 'price * 100',
        down: 'cents / 100',
      },
    ]);
    expect(
      operations(
        'ALTER TABLE users ADD COLUMN tmp bigint; UPDATE users SET tmp = price::bigint; ALTER TABLE users ALTER COLUMN tmp SET NOT NULL; ALTER TABLE users DROP COLUMN price; ALTER TABLE users RENAME COLUMN tmp TO price;',
      ),
    ).toMatchObject([{ kind: 'change_type', column: 'price', to: undefined, type: 'bigint', up: undefined }]);
  });

  it('what hangs on the old column keeps the two apart', () => {
    expect(
      operations(
        'ALTER TABLE users ADD COLUMN mail text; UPDATE users SET mail = email; ALTER TABLE users DROP COLUMN email;',
      ).map(({ kind }) => kind),
    ).toEqual(['add_column', 'drop_column']);
  });

  it('an index or constraint that is dropped before its column goes with it', () => {
    expect(
      operations('ALTER TABLE users DROP CONSTRAINT users_email_key; ALTER TABLE users DROP COLUMN email;'),
    ).toMatchObject([{ kind: 'drop_column', column: 'email' }]);
  });

  it('one column dropped and one added: as the file says, or as the answer', () => {
    const text = 'ALTER TABLE users ADD COLUMN alias text;\nALTER TABLE users DROP COLUMN nick;';
    const id = 'reading:public.users.nick+alias';
    const [question] = read(text).questions;
    expect(question).toMatchObject({ id, kind: 'reading', required: false, suggestion: 'separate' });
    expect(question?.options.map((option) => option.id)).toEqual(['separate', 'rename']);
    expect(operations(text).map(({ kind }) => kind)).toEqual(['add_column', 'drop_column']);
    expect(operations(text, { [id]: 'separate' }).map(({ kind }) => kind)).toEqual([
      'add_column',
      'drop_column',
    ]);
    expect(operations(text, { [id]: 'rename' })).toMatchObject([
      { kind: 'rename_column', from: 'nick', to: 'alias' },
    ]);
    expect(() => read(text, { [id]: 'other' })).toThrow(/no answer to reading/);
  });

  it('a column dropped and made anew under its name is asked about', () => {
    const text = 'ALTER TABLE users DROP COLUMN price, ADD COLUMN price numeric(10,2) NOT NULL;';
    const { questions, statements } = read(text);
    expect(statements[0]?.fate).toEqual({ kind: 'asks', question: 'reading:public.users.price' });
    expect(questions).toMatchObject([{ required: true, suggestion: 'change_type' }]);
    expect(operations(text, { 'reading:public.users.price': 'change_type' })).toMatchObject([
      { kind: 'change_type', column: 'price', to: undefined, type: 'numeric(10,2)' },
    ]);
  });

  it('and so it is beside other columns that go and come; of these one pair is offered', () => {
    const again = 'ALTER TABLE users DROP COLUMN price, ADD COLUMN price numeric(10,2);';
    const pair = `${again}\nALTER TABLE users DROP COLUMN nick, ADD COLUMN alias text;`;
    expect(read(pair).questions.map(({ id, required }) => [id, required])).toEqual([
      ['reading:public.users.price', true],
      ['reading:public.users.nick+alias', false],
    ]);
    expect(operations(pair, { 'reading:public.users.price': 'change_type' }).map(({ kind }) => kind)).toEqual(
      ['change_type', 'drop_column', 'add_column'],
    );
    const more = `${pair}\nALTER TABLE users ADD COLUMN motto text;`;
    expect(read(more).questions.map(({ id }) => id)).toEqual(['reading:public.users.price']);
  });

  it.each([
    [
      'over text, as drizzle-kit writes it',
      `ALTER TABLE "teams" ALTER COLUMN "mood" SET DATA TYPE text;
       ALTER TABLE "teams" ALTER COLUMN "mood" SET DEFAULT 'ok'::text;
       DROP TYPE "public"."mood";
       CREATE TYPE "public"."mood" AS ENUM('happy', 'ok');
       ALTER TABLE "teams" ALTER COLUMN "mood" SET DEFAULT 'ok'::"public"."mood";
       ALTER TABLE "teams" ALTER COLUMN "mood" SET DATA TYPE "public"."mood" USING "mood"::"public"."mood";`,
    ],
    [
      'as a second type, as Prisma writes it',
      `BEGIN;
       CREATE TYPE "mood_new" AS ENUM ('happy', 'ok');
       ALTER TABLE "teams" ALTER COLUMN "mood" DROP DEFAULT;
       ALTER TABLE "teams" ALTER COLUMN "mood" TYPE "mood_new" USING ("mood"::text::"mood_new");
       ALTER TYPE "mood" RENAME TO "mood_old";
       ALTER TYPE "mood_new" RENAME TO "mood";
       DROP TYPE "mood_old";
       ALTER TABLE "teams" ALTER COLUMN "mood" SET DEFAULT 'ok';
       COMMIT;`,
    ],
  ])('an enum made anew under its name is replaced: %s', (_, text) => {
    expect(operations(text)).toMatchObject([
      { kind: 'replace_enum', column: 'mood', type: { name: 'mood_new' }, values: ['happy', 'ok'] },
      { kind: 'free_sql', phase: 'purge', up: 'ALTER TYPE "public"."mood_new" RENAME TO "mood"' },
    ]);
  });

  it('renaming a type for its own sake is refused', () => {
    expect(read('ALTER TYPE mood RENAME TO feeling').statements[0]?.fate).toMatchObject({
      code: 'no-operation',
    });
  });

  it('new tables settle in the order in which they need each other; keys in a circle come last', () => {
    const later = 'ALTER TABLE leaf ADD CONSTRAINT up FOREIGN KEY (b) REFERENCES root(id);';
    expect(
      operations(
        `CREATE TABLE leaf (id int PRIMARY KEY, b int); CREATE TABLE root (id int PRIMARY KEY, a int); ${later}`,
      ),
    ).toMatchObject([
      { kind: 'create_table', table: { name: 'root' } },
      {
        kind: 'create_table',
        table: { name: 'leaf' },
        also: expect.stringContaining('REFERENCES "public".root(id)'),
      },
    ]);
    expect(
      operations(
        `CREATE TABLE leaf (id int PRIMARY KEY, b int); CREATE TABLE root (id int PRIMARY KEY, a int REFERENCES leaf); ${later}`,
      ),
    ).toMatchObject([
      { kind: 'create_table', table: { name: 'leaf' } },
      { kind: 'create_table', table: { name: 'root' } },
      { kind: 'free_sql', phase: 'expand', down: 'ALTER TABLE "public"."leaf" DROP CONSTRAINT "up"' },
    ]);
  });
});

describe('conditions that ask the catalog', () => {
  const under = (condition: string) =>
    read(
      `DO $$ BEGIN IF ${condition} THEN ALTER TABLE users ADD COLUMN phone text; ALTER TABLE users ADD COLUMN fax text; END IF; END $$`,
    ).statements[0]?.fate;
  it.each([
    [
      "NOT EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 'users' AND column_name = 'phone')",
      'operation',
    ],
    [
      "EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 'users' AND column_name = 'phone')",
      'nothing',
    ],
    [
      "EXISTS (SELECT FROM pg_constraint WHERE conname = 'users_email_key' AND conrelid = 'users'::regclass)",
      'operation',
    ],
    [
      "NOT EXISTS (SELECT FROM pg_indexes WHERE indexname = 'users_email_key') OR EXISTS (SELECT FROM pg_type WHERE typname = 'gone')",
      'nothing',
    ],
    ['(SELECT count(*) FROM users) > 3', 'refused'],
    ['EXISTS (SELECT 1 FROM users)', 'refused'],
  ])('%s', (condition, kind) => {
    expect(under(condition)).toMatchObject({ kind });
  });
});

describe('rows', () => {
  it('an UPDATE becomes batches, with its WITH in its FROM', () => {
    expect(
      operations(
        "WITH x AS (SELECT id FROM teams) UPDATE users u SET nick = 'a' FROM x WHERE x.id = u.id AND nick IS DISTINCT FROM 'a'",
      ),
    ).toMatchObject([
      {
        kind: 'update_rows',
        as: 'u',
        set: "nick = 'a'",
        from: '(WITH x AS (SELECT id FROM "public".teams) SELECT * FROM "x") AS "x"',
        where: "x.id = u.id AND nick IS DISTINCT FROM 'a'",
      },
    ]);
  });
});

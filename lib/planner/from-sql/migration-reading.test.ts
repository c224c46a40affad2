import { describe, expect, it } from 'vitest';
import { compiledOf, memoryOf, readingOf } from '@/test/memory-of';
import { migrationReading } from './migration-reading';

const HISTORY = `
  CREATE TYPE mood AS ENUM ('ok');
  CREATE TABLE teams (id int PRIMARY KEY, name text);
  CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL, email varchar(50), age int DEFAULT 3, team int,
    CONSTRAINT team_fk FOREIGN KEY (team) REFERENCES teams, CONSTRAINT adult CHECK (age > 17));
  CREATE INDEX users_name ON users (name);`;

const read = (text: string, answers?: Record<string, string>) => readingOf(text, HISTORY, answers);

/** The operations; that they also compile against the schema before the file is part of the promise. */
const operations = (text: string, answers?: Record<string, string>) =>
  compiledOf(text, HISTORY, answers).spec.operations;
const users = { schema: 'public', name: 'users' };
const fates = (text: string) => read(text).statements.map(({ fate }) => fate);

describe('migrationReading: one statement, one operation', () => {
  it.each<[string, object]>([
    [
      'ALTER TABLE users ADD COLUMN phone varchar(20)',
      { kind: 'add_column', column: 'phone', type: 'character varying(20)', nullable: true },
    ],
    [
      "ALTER TABLE users ADD COLUMN phone text NOT NULL DEFAULT 'x'",
      { kind: 'add_column', nullable: false, default: "'x'" },
    ],
    [
      "ALTER TABLE users ADD COLUMN m mood DEFAULT 'ok'::mood",
      { kind: 'add_column', type: 'public.mood', default: '\'ok\'::"public".mood' },
    ],
    ['ALTER TABLE users DROP COLUMN email', { kind: 'drop_column', column: 'email' }],
    ['ALTER TABLE users RENAME COLUMN email TO mail', { kind: 'rename_column', from: 'email', to: 'mail' }],
    [
      'ALTER TABLE users ALTER COLUMN age TYPE bigint USING age::bigint',
      { kind: 'change_type', column: 'age', type: 'bigint', up: undefined },
    ],
    [
      'ALTER TABLE users ALTER COLUMN age TYPE text USING upper(age::text)',
      { kind: 'change_type', up: 'upper(age::text)' },
    ],
    [
      "ALTER TABLE users ALTER COLUMN email SET DEFAULT 'a'",
      { kind: 'set_default', column: 'email', default: "'a'" },
    ],
    ['ALTER TABLE users ALTER COLUMN age DROP DEFAULT', { kind: 'drop_default', column: 'age' }],
    ['ALTER TABLE users ALTER COLUMN age SET NOT NULL', { kind: 'set_not_null', column: 'age' }],
    [
      'ALTER TABLE users ADD CONSTRAINT k UNIQUE (email)',
      { kind: 'add_unique', columns: ['email'], name: 'k' },
    ],
    [
      "ALTER TABLE users ADD CONSTRAINT c CHECK (email <> '')",
      { kind: 'add_check', check: "email <> ''", name: 'c' },
    ],
    [
      'ALTER TABLE users ADD CONSTRAINT f FOREIGN KEY (age) REFERENCES teams(id) ON DELETE SET NULL',
      {
        kind: 'add_foreign_key',
        columns: ['age'],
        references: { schema: 'public', name: 'teams' },
        onDelete: 'set null',
        index: false,
        name: 'f',
      },
    ],
    ['ALTER TABLE users DROP CONSTRAINT adult', { kind: 'drop_constraint', constraint: 'adult' }],
    [
      'ALTER TABLE users RENAME CONSTRAINT adult TO grown',
      { kind: 'rename_constraint', from: 'adult', to: 'grown' },
    ],
    [
      'CREATE INDEX i ON "users" USING btree (lower("users"."email")) WHERE "users"."age" > 3',
      { kind: 'add_index', keys: 'lower("email")', where: '"age" > 3' },
    ],
    ['CREATE INDEX i ON users (email)', { kind: 'add_index', columns: ['email'], unique: false, name: 'i' }],
    [
      'CREATE UNIQUE INDEX i ON users (lower(email), name DESC) WHERE age > 3',
      { kind: 'add_index', keys: 'lower(email), name DESC', unique: true, where: 'age > 3' },
    ],
    ['DROP INDEX users_name', { kind: 'drop_index', table: users, index: 'users_name' }],
    ['ALTER TABLE teams RENAME TO groups', { kind: 'rename_table', to: 'groups' }],
    ['DROP TABLE users', { kind: 'drop_table', table: users }],
    ["ALTER TYPE mood ADD VALUE 'sad' BEFORE 'ok'", { kind: 'enum_add_value', value: 'sad', before: 'ok' }],
    ["CREATE TYPE colour AS ENUM ('red')", { kind: 'create_enum', values: ['red'] }],
  ])('%s', (text, expected) => {
    const found = operations(text);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject(expected);
  });

  it('what a column brings with it becomes operations of their own', () => {
    expect(
      read('ALTER TABLE users ADD COLUMN boss int CONSTRAINT b REFERENCES users, ADD COLUMN code text UNIQUE')
        .spec?.operations,
    ).toMatchObject([
      { kind: 'add_column', column: 'boss' },
      { kind: 'add_column', column: 'code' },
      { kind: 'add_unique', columns: ['code'], name: 'users_code_key' },
      { kind: 'add_foreign_key', columns: ['boss'], name: 'b' },
    ]);
  });

  it('a new table takes along the statements on it', () => {
    expect(
      operations(
        'CREATE TABLE notes (id int, author int REFERENCES users);\nCREATE INDEX n ON notes (author);\nALTER TABLE notes ADD COLUMN mood mood;',
      ),
    ).toEqual([
      {
        kind: 'create_table',
        table: { schema: 'public', name: 'notes' },
        definition: 'id int,\n  author int REFERENCES "public".users',
        also: 'CREATE INDEX n ON "public".notes (author);\nALTER TABLE "public".notes ADD COLUMN mood "public".mood',
      },
    ]);
  });
});

describe('migrationReading: what is no operation', () => {
  it('asks for the value that the file does not say, and takes the answer', () => {
    const text = 'ALTER TABLE users\n  ADD COLUMN country text NOT NULL;';
    const open = read(text);
    expect(open.spec).toBeNull();
    expect(open.statements[0]?.fate).toEqual({ kind: 'asks', question: 'value:public.users.country' });
    expect(open.questions).toMatchObject([
      { id: 'value:public.users.country', line: 1, required: true, answer: null },
    ]);
    expect(operations(text, { 'value:public.users.country': "'US'" })).toMatchObject([
      { value: "'US'", nullable: false },
    ]);
  });

  it('refuses answers to other questions, and answers that are no SQL', () => {
    expect(() => read('SELECT 1', { 'value:x': '1' })).toThrow(/no question "value:x"/);
    expect(() =>
      read('ALTER TABLE users ADD COLUMN c text NOT NULL', { 'value:public.users.c': '1, 2' }),
    ).toThrow(/more than one value/);
  });

  it('IF EXISTS and IF NOT EXISTS are resolved by what is there', () => {
    expect(
      fates(
        'ALTER TABLE users ADD COLUMN IF NOT EXISTS age int; ALTER TABLE users DROP COLUMN IF EXISTS gone; DROP TABLE IF EXISTS gone; CREATE INDEX IF NOT EXISTS users_name ON users (name); BEGIN; SET lock_timeout = 0; COMMIT',
      ).map(({ kind }) => kind),
    ).toEqual(Array(7).fill('nothing'));
  });

  it('refuses with a reason, a place and a way out', () => {
    const [unknown, psql, syntax] = read(
      'ALTER TABLE gone ADD COLUMN a int;\n\\d\nALTER TABLE users ADD COLUM b int;',
    ).statements;
    expect(unknown).toMatchObject({ line: 1, fate: { kind: 'refused', code: 'unknown-table' } });
    expect(psql).toMatchObject({ line: 2, fate: { kind: 'refused', code: 'psql' } });
    expect(syntax).toMatchObject({ line: 3, column: 31, fate: { kind: 'refused', code: 'syntax' } });
  });

  it('what the server itself would refuse is refused, unless the file says IF EXISTS', () => {
    expect(fates('ALTER TABLE users DROP COLUMN gone; ALTER TABLE users DROP CONSTRAINT gone')).toMatchObject(
      [{ code: 'server-refuses' }, { code: 'server-refuses' }],
    );
    expect(fates('ALTER TABLE users DROP COLUMN IF EXISTS gone')).toMatchObject([{ kind: 'nothing' }]);
  });

  it('opens DO blocks; code that cannot be known is refused', () => {
    const wrapped = (body: string) => `DO $$ BEGIN ${body} EXCEPTION WHEN duplicate_object THEN null; END $$`;
    expect(operations(wrapped('ALTER TABLE users ADD CONSTRAINT c CHECK (age < 200);'))).toMatchObject([
      { kind: 'add_check' },
    ]);
    expect(fates(wrapped('ALTER TABLE users ADD CONSTRAINT adult CHECK (age > 17);'))).toMatchObject([
      { kind: 'nothing' },
    ]);
    expect(fates("DO $$ BEGIN EXECUTE format('DROP TABLE %I', 'users'); END $$")).toMatchObject([
      { code: 'opaque-code' },
    ]);
  });

  it('says what the raw statement would have done, and leaves the schema that it is given alone', () => {
    const memory = memoryOf(HISTORY);
    const { statements } = migrationReading('CREATE INDEX ON users (email)', memory, {
      name: 'm',
      answers: {},
      major: 18,
    });
    expect(statements[0]?.raw.map(({ severity }) => severity)).toContain('error');
    expect(memory.tables.get('public.users')?.indexes).toHaveLength(2);
  });
});

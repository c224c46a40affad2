import { describe, expect, it } from 'vitest';
import { memoryOf } from '@/test/memory-of';
import { catalogReader } from '../memory-catalog/catalog-of';
import { lintMigration } from './lint-migration';

const HISTORY = `
  CREATE TYPE mood AS ENUM ('ok');
  CREATE TABLE teams (id int PRIMARY KEY);
  CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL, team int REFERENCES teams);`;

function lint(text: string, major: 14 | 18 = 18) {
  const memory = memoryOf(HISTORY, major);
  const read = catalogReader(memory);
  return {
    memory,
    findings: lintMigration(text, memory, read, { file: 'f.sql', major, timeZone: null, complete: true }),
  };
}
const errors = (text: string) =>
  lint(text)
    .findings.filter(({ severity }) => severity === 'error')
    .map(({ rule, line, column }) => `${line}:${column} ${rule}`);

describe('lintMigration', () => {
  it('says of an unsafe statement where it is, what it locks, and what to do instead', () => {
    const [finding] = lint('-- a comment\n\n  ALTER TABLE users ALTER COLUMN id\n TYPE bigint;').findings;
    expect(finding).toMatchObject({
      file: 'f.sql',
      line: 3,
      column: 3,
      statement: 'ALTER TABLE users ALTER COLUMN id TYPE bigint',
      severity: 'error',
      lock: 'ACCESS EXCLUSIVE',
      relation: 'public.users',
      rewrites: true,
    });
    expect(finding?.fix).toMatch(/change_type/);
  });

  it('what the same file makes is safe to lock; what an earlier file made is not', () => {
    expect(errors('CREATE INDEX ON users (name);')).toHaveLength(1);
    expect(
      errors(
        'CREATE TABLE notes (id int, name text); CREATE INDEX ON notes (name); ALTER TABLE notes ALTER COLUMN id SET NOT NULL;',
      ),
    ).toEqual([]);
  });

  it('the schema goes on from statement to statement', () => {
    const { memory, findings } = lint(
      'ALTER TABLE users RENAME COLUMN name TO full_name;\nUPDATE users SET full_name = trim(full_name) WHERE id = 1;\nALTER TABLE users DROP COLUMN name;',
    );
    expect(memory.tables.get('public.users')?.columns.map(({ name }) => name)).toEqual([
      'id',
      'full_name',
      'team',
    ]);
    expect(findings.filter(({ line }) => line === 3).map(({ rule }) => rule)).toContain('refused');
  });

  it('a DO block is looked into; what it swallows or asks for first is not held against it', () => {
    expect(
      errors(
        'DO $$ BEGIN\n  ALTER TABLE users ADD CONSTRAINT k FOREIGN KEY (team) REFERENCES teams (id);\nEXCEPTION WHEN duplicate_object THEN null; END $$;',
      ),
    ).toEqual(['2:3 add-foreign-key']);
    expect(
      errors(
        'DO $$ BEGIN IF EXISTS (SELECT 1) THEN ALTER TABLE users RENAME COLUMN gone TO there; END IF; END $$;',
      ),
    ).toEqual([]);
    expect(
      lint("DO $$ BEGIN EXECUTE format('ALTER TABLE %I DROP COLUMN x', 'users'); END $$;").findings,
    ).toMatchObject([{ rule: 'opaque-code', severity: 'warning' }]);
  });

  it('CONCURRENTLY in a transaction is a fault, and none outside', () => {
    expect(errors('CREATE INDEX CONCURRENTLY i ON users (name);')).toEqual([]);
    expect(errors('BEGIN;\nCREATE INDEX CONCURRENTLY i ON users (name);\nCOMMIT;')).toHaveLength(1);
  });

  it('faults of syntax are findings with their place, and do not hide the rest', () => {
    const { findings } = lint('ALTER TABLE users ADD COLUM x int;\n\\c other\nCREATE INDEX ON users (name);');
    expect(findings.map(({ rule, line, column }) => `${line}:${column} ${rule}`)).toEqual(
      expect.arrayContaining(['1:31 syntax-error', '2:1 psql-command']),
    );
    expect(findings.some(({ line, severity }) => line === 3 && severity === 'error')).toBe(true);
  });

  it('a comment with a reason suppresses a rule for the statement after it, or for the file', () => {
    const index = 'CREATE INDEX ON users (name);';
    const [rule = ''] = errors(index).map((found) => found.split(' ')[1] ?? '');
    expect(
      errors(`-- segue-ignore ${rule}: the table has 20 rows\n${index}\nCREATE INDEX ON users (team);`),
    ).toEqual([`3:1 ${rule}`, '3:1 work-under-lock']);
    expect(errors(`${index.replace(';', '')} -- segue-ignore ${rule}: small\n;`)).toEqual([]);
    expect(
      errors(`-- segue-ignore-file ${rule}, work-under-lock: a new product\n${index}\n${index}`),
    ).toEqual([]);
    expect(errors(`-- segue-ignore ${rule}\n${index}`)).toEqual([`2:1 ${rule}`]);
    expect(lint(`-- segue-ignore ${rule}\n${index}`).findings).toContainEqual(
      expect.objectContaining({ rule: 'suppression-without-reason', line: 1 }),
    );
    expect(errors(`-- segue-ignore other: why\n${index}`)).toEqual([`2:1 ${rule}`]);
  });

  it('names without a schema are looked up where the file says, as in a dump', () => {
    const text = `SELECT pg_catalog.set_config('search_path', '', false);
      CREATE SCHEMA shop; CREATE TABLE shop.items (id int); CREATE TABLE public.items (id int);
      SET search_path TO shop, public; ALTER TABLE items ADD COLUMN name text; ALTER TABLE users ADD COLUMN age int;
      RESET search_path; ALTER TABLE items ADD COLUMN price int;`;
    const { memory, findings } = lint(text);
    const columns = (label: string) => memory.tables.get(label)?.columns.map(({ name }) => name);
    expect(columns('shop.items')).toEqual(['id', 'name']);
    expect(columns('public.items')).toEqual(['id', 'price']);
    expect(columns('public.users')?.at(-1)).toBe('age');
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(findings.map(({ relation }) => relation)).toEqual(['public.users']);
  });
});

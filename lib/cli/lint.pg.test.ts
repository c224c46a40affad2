import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callSegue } from '@/test/call-segue';
import { createTestDatabase, type TestDatabase } from '@/test/postgres/test-database';
import { makeWorkspace, type Workspace } from '@/test/run-segue';

let database: TestDatabase;
let files: Workspace;
beforeAll(async () => {
  database = await createTestDatabase({
    setup: `
      CREATE TABLE teams (id int PRIMARY KEY);
      CREATE TABLE users (id int PRIMARY KEY, name varchar(40) NOT NULL, team int REFERENCES teams);
      CREATE INDEX users_name ON users (name) WHERE name <> '';
      CREATE VIEW names AS SELECT name FROM users;`,
  });
  files = makeWorkspace();
});
afterAll(async () => {
  files.remove();
  await database.drop();
});

const lint = async (sql: string) => {
  const { code, last } = await callSegue(
    ['lint', files.write('change.sql', sql), '--database', database.owner.url, '--json'],
    files.folder,
  );
  const { findings } = last() as { findings: { rule: string; severity: string; line: number }[] };
  return { code, errors: findings.filter(({ severity }) => severity === 'error') };
};

describe('segue lint --database', () => {
  it('knows what stands on a column: wider is free only where nothing does', async () => {
    expect(await lint('ALTER TABLE users ALTER COLUMN team SET NOT NULL;')).toMatchObject({ code: 1 });
    const widened = await lint('ALTER TABLE users ALTER COLUMN name TYPE varchar(80);');
    // The view refuses it, whatever the lock.
    expect(widened).toMatchObject({ code: 1, errors: [{ rule: 'refused' }] });
    expect(
      await lint(
        'ALTER TABLE users ADD COLUMN nick varchar(10); ALTER TABLE users ALTER COLUMN nick TYPE varchar(80);',
      ),
    ).toMatchObject({ code: 0 });
  });

  it('goes on from the live schema, statement by statement, and changes nothing', async () => {
    const result = await lint(
      'CREATE TABLE notes (id int, user_id int REFERENCES users);\nALTER TABLE notes ADD COLUMN x int NOT NULL;\nALTER TABLE gone ADD COLUMN x int;',
    );
    expect(result).toMatchObject({ code: 1, errors: [{ rule: 'refused', line: 3 }] });
    expect((await lint('ALTER TABLE notes ADD COLUMN y int;')).errors).toMatchObject([{ rule: 'refused' }]);
  });

  it('2 where the database cannot be reached', async () => {
    const { code } = await callSegue(
      ['lint', files.write('a.sql', 'SELECT 1;'), '--database', 'postgres://u:p@127.0.0.1:1/d'],
      files.folder,
    );
    expect(code).toBe(2);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callSegue } from '@/test/call-segue';
import { createTestDatabase, type TestDatabase } from '@/test/postgres/test-database';
import { ONE_MAJOR, serverVariable } from '@/test/postgres/test-majors';
import { makeWorkspace, type Workspace } from '@/test/run-segue';

const START = `CREATE TABLE teams (id int PRIMARY KEY);
  CREATE TABLE users (id int PRIMARY KEY, name varchar(40) NOT NULL, team int REFERENCES teams, note text);`;

let database: TestDatabase;
let files: Workspace;
const scratch = process.env[serverVariable(ONE_MAJOR)] ?? '';
beforeAll(async () => {
  database = await createTestDatabase({ setup: START });
  files = makeWorkspace();
  files.write('migrations/1_start.sql', START);
});
afterAll(async () => {
  files.remove();
  await database.drop();
});

const prove = (...args: string[]) => callSegue(['prove', ...args, '--json'], files.folder);

describe('segue prove', () => {
  it('proves a file after earlier files, and against a live database, of which it reads the schema only', async () => {
    const file = files.write(
      'migrations/2_change.sql',
      'ALTER TABLE users RENAME note TO remark; ALTER TABLE users ALTER team SET NOT NULL;',
    );
    const answer = ['--answer', 'value:public.users.team=1'];
    const equal = { outcome: 'equal', differences: [], copyLacks: [] };
    const after = await prove(file, '--after', 'migrations', '--scratch', scratch, ...answer);
    expect(after).toMatchObject({ code: 0 });
    expect(after.last()).toMatchObject(equal);
    const live = await prove(file, '--database', database.owner.url, '--scratch', scratch, ...answer);
    expect(live.last()).toMatchObject(equal);
    expect(live.code).toBe(0);
  });

  it('a referenced key that gets a wider type by itself: what references it stays', async () => {
    files.write('keys/1_start.sql', START);
    const file = files.write('keys/2_key.sql', 'ALTER TABLE teams ALTER id TYPE bigint');
    const proof = await prove(file, '--after', 'keys', '--scratch', scratch);
    expect(proof.last()).toMatchObject({ outcome: 'equal', differences: [] });
  });

  it('asks and refuses as plan does, and says what could not be proved', async () => {
    const asks = files.write('asks.sql', 'ALTER TABLE users ADD country text NOT NULL');
    expect((await prove(asks, '--after', 'migrations', '--scratch', scratch)).code).toBe(3);
    const unknown = files.write('unknown.sql', 'ALTER TABLE nobody ADD COLUMN x int');
    expect((await prove(unknown, '--after', 'migrations', '--scratch', scratch)).code).toBe(2);
    files.write('broken/1.sql', 'CREATE TABLE a (x int CHECK (1/0 = x AND y > 0))');
    const unproved = await prove(
      files.write('plain.sql', 'CREATE TABLE b (id int)'),
      '--after',
      'broken',
      '--scratch',
      scratch,
    );
    expect(unproved.last()).toMatchObject({
      outcome: 'unproved',
      obstacle: 'base',
      why: expect.stringMatching(/^42703/),
    });
    expect(unproved.code).toBe(3);
    expect((await prove(files.write('o.yaml', 'name: x\noperations: []'))).code).toBe(2);
  });

  it('starts a server of its own where none is named, in words too', async () => {
    const file = files.write('plain.sql', 'CREATE TABLE notes (id int PRIMARY KEY, text text);');
    const { code, stdout } = await callSegue(['prove', file], files.folder);
    expect(stdout).toMatch(
      /^Proved on a copy \(PostgreSQL 18[^)]*\): the plan ends where your file does\.$/m,
    );
    expect(code).toBe(0);
  });
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { callSegue } from '@/test/call-segue';
import { migrationFolder } from './migration-folder';

const migrationFiles = async (of: string, cwd: string) =>
  (await migrationFolder(of, cwd)).files.map((file) => file.path);

let folder = '';
const write = (file: string, text: string) => {
  mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
  writeFileSync(path.join(folder, file), text);
};
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'segue-history-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the files of a migrations folder', () => {
  it('stand in the order of drizzle-kit’s journal, not of their names', async () => {
    write('m/0001_b.sql', '');
    write('m/0000_a.sql', '');
    write('m/unused.sql', '');
    write(
      'm/meta/_journal.json',
      JSON.stringify({
        entries: [
          { idx: 1, tag: '0000_a' },
          { idx: 0, tag: '0001_b' },
        ],
      }),
    );
    expect(await migrationFiles('m', folder)).toEqual(['m/0001_b.sql', 'm/0000_a.sql']);
  });

  it('are found in folders of their own, and plain files by name without the way back', async () => {
    write('m/20260102_two/migration.sql', '');
    write('m/20260101_one/migration.sql', '');
    write('m/20260103_three.sql', '');
    write('m/20260103_three.down.sql', '');
    write('m/migration_lock.toml', '');
    expect(await migrationFiles('m', folder)).toEqual([
      'm/20260101_one/migration.sql',
      'm/20260102_two/migration.sql',
      'm/20260103_three.sql',
    ]);
  });

  it('a journal that names a missing file, or is none, is refused by name', async () => {
    write('m/meta/_journal.json', JSON.stringify({ entries: [{ idx: 0, tag: 'gone' }] }));
    await expect(migrationFiles('m', folder)).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('gone.sql'),
    });
    write('m/meta/_journal.json', 'nonsense');
    await expect(migrationFiles('m', folder)).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('_journal.json'),
    });
  });
});

describe('segue plan --after', () => {
  const OPERATIONS = 'name: r\noperations:\n  - rename_column: { table: users, from: name, to: full_name }\n';

  it('plans on the schema that the files leave', async () => {
    write('m/1.sql', 'CREATE TABLE users (key uuid PRIMARY KEY, name varchar(40) NOT NULL);');
    write('ops.yaml', OPERATIONS);
    const result = await callSegue(['plan', 'ops.yaml', '--after', 'm', '--json'], folder);
    expect(result.code).toBe(0);
    expect(result.stdout).toContain('character varying(40)');
    expect(result.stdout).toContain('catalog-from-files');
  });

  it.each([
    ['an unknown column', 'CREATE TABLE users (id int PRIMARY KEY);', [], /"name"/],
    [
      'a fault in a file, with its place',
      'CREATE TABLE users (\n  id int,, name text);',
      [],
      /1\.sql:2:10 syntax error/,
    ],
    [
      'both a database and files',
      'SELECT 1;',
      ['--database', 'postgres://u@localhost/d'],
      /exclude each other/,
    ],
  ])('exit 2: %s', async (_, sql, options, message) => {
    write('m/1.sql', sql);
    write('ops.yaml', OPERATIONS);
    const result = await callSegue(['plan', 'ops.yaml', '--after', 'm', ...options], folder);
    expect(result.code).toBe(2);
    expect(result.stderr).toMatch(message);
  });
});

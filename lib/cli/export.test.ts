import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { callSegue } from '@/test/call-segue';
import { makeWorkspace, type Workspace } from '@/test/run-segue';

const RENAME = 'name: r\noperations:\n  - rename_column: { table: users, from: name, to: full_name }\n';

let workspace: Workspace;
beforeEach(() => {
  workspace = makeWorkspace();
  workspace.write('r.yaml', RENAME);
});
afterEach(() => workspace.remove());

const segue = (...args: string[]) => callSegue(['export', 'r.yaml', ...args], workspace.folder);
const read = (file: string) => readFileSync(path.join(workspace.folder, file), 'utf8');

describe('segue export', () => {
  it('writes plain SQL there and back for each phase, and says how to use it', async () => {
    const { code, last } = await segue('--format', 'sql', '--out', 'out', '--json');
    expect(code).toBe(0);
    expect(last()).toMatchObject({ name: 'r', format: 'sql', out: 'out' });
    for (const file of last().files as string[])
      expect(existsSync(path.join(workspace.folder, 'out', file))).toBe(true);
    expect(readdirSync(path.join(workspace.folder, 'out'))).toEqual([
      '1-add',
      '2-sync',
      '3-switch',
      '4-retire',
      '5-delete',
      'README.md',
    ]);
    expect(existsSync(path.join(workspace.folder, 'out/5-delete/down'))).toBe(false);
    const readme = read('out/README.md');
    expect(readme).toContain('psql "$DATABASE_URL" -X -v ON_ERROR_STOP=1');
    expect(readme).toContain('old code until phase 4 begins');
  });

  it('writes folders that drizzle takes, with the rest beside them', async () => {
    expect((await segue('--format', 'drizzle', '--out', 'out')).code).toBe(0);
    const journal = JSON.parse(read('out/2-sync/meta/_journal.json'));
    expect(journal.entries).toEqual([
      expect.objectContaining({ idx: 0, tag: '0001_sync', breakpoints: true }),
    ]);
    const migration = read('out/2-sync/0001_sync.sql');
    expect(migration).toContain('CREATE TRIGGER');
    // One transaction holds its locks to its end: nothing long may stand in it.
    expect(migration).not.toMatch(/CONCURRENTLY|VALIDATE|ANALYZE|\nDO /);
    expect(readdirSync(path.join(workspace.folder, 'out/2-sync'))).toEqual(
      expect.arrayContaining(['after', 'back', 'meta']),
    );
    expect(read('out/README.md')).toMatch(/migrationsTable: '__segue_[0-9a-f]{8}'/);
  });

  it.each([
    [['--out', 'out'], /No format is given.*--format drizzle or sql/],
    [['--format', 'prisma', '--out', 'out'], /--format prisma is not known/],
    [['--format', 'sql'], /No folder is given/],
    [['--format', 'sql', '--out', '.'], /\. is not empty/],
    [['--format', 'sql', '--out', 'r.yaml'], /r\.yaml cannot be written to/],
  ])('exit 2, and nothing written: %j', async (args, message) => {
    const { code, stderr } = await segue(...args);
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
    expect(readdirSync(workspace.folder)).toEqual(['r.yaml']);
  });
});

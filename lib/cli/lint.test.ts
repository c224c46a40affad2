import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callSegue } from '@/test/call-segue';
import { makeWorkspace, type Workspace } from '@/test/run-segue';

let files: Workspace;
beforeAll(() => {
  files = makeWorkspace();
  files.write('m/0001.sql', 'CREATE TABLE users (id int PRIMARY KEY, name text);');
  files.write('m/0002.sql', 'ALTER TABLE users ALTER COLUMN id TYPE bigint;');
  files.write('safe.sql', 'CREATE TABLE notes (id int);');
  files.write('broken.sql', 'ALTER TABLE users\n  ADD COLUM x int;');
  files.write('binary.sql', Buffer.from([0, 1, 2]));
  files.write('empty/readme.md', 'nothing');
});
afterAll(() => files.remove());

const lint = (...args: string[]) => callSegue(['lint', ...args], files.folder);

describe('segue lint', () => {
  it('a folder is its own history: 1 where a statement is unsafe', async () => {
    const { code, last } = await lint('m', '--json');
    expect(code).toBe(1);
    expect(last().findings).toContainEqual(
      expect.objectContaining({
        file: 'm/0002.sql',
        line: 1,
        severity: 'error',
        lock: 'ACCESS EXCLUSIVE',
        relation: 'public.users',
        rewrites: true,
        scans: false,
      }),
    );
  });

  it('one file after the others of its folder', async () => {
    const { code, stdout } = await lint('m/0002.sql', '--after', 'm');
    expect(code).toBe(1);
    expect(stdout).toContain('m/0002.sql:1:1  error  ');
    expect(stdout).toContain('1 file: 1 error');
  });

  it('0 where nothing is unsafe', async () => {
    const { code, last } = await lint('safe.sql', '--json');
    expect(code).toBe(0);
    expect(last().findings).toEqual([]);
  });

  it('2, with place and caret, for what is not SQL', async () => {
    const { code, stderr, last } = await lint('broken.sql', '--json');
    expect(code).toBe(2);
    expect(stderr).toContain('broken.sql:2:15 syntax error at or near "int"');
    expect(stderr).toContain('\n  ADD COLUM x int;\n              ^');
    expect(last().findings).toMatchObject([{ rule: 'syntax-error' }]);
  });

  it.each([
    [['nowhere.sql'], /nowhere\.sql does not exist/],
    [['binary.sql'], /binary\.sql is not a text file/],
    [['empty'], /empty holds no SQL files/],
    [['safe.sql', '--pg', '9'], /--pg 9 is not known\. Give one of 14, 15/],
    [['safe.sql', '--format', 'xml'], /--format xml is not known/],
    [[], /No file is given/],
  ])('2 for %j', async (args, message) => {
    const { code, stderr } = await lint(...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  it('SARIF names rules, places and levels; annotations escape what they must', async () => {
    const { last } = await lint('m', '--format', 'sarif');
    const [run] = last().runs as {
      tool: { driver: { rules: { id: string }[] } };
      results: { ruleId: string; ruleIndex: number; level: string }[];
    }[];
    const error = run?.results.find(({ level }) => level === 'error');
    expect(run?.tool.driver.rules[error?.ruleIndex ?? -1]?.id).toBe(error?.ruleId);
    expect(error).toMatchObject({
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'm/0002.sql' },
            region: { startLine: 1, startColumn: 1 },
          },
        },
      ],
    });
    const { stdout } = await lint('broken.sql', '--format', 'github');
    expect(stdout).toContain(
      '::error file=broken.sql,line=2,col=15,title=syntax-error::syntax error at or near "int".%0A  ADD COLUM x int;%0A',
    );
  });
});

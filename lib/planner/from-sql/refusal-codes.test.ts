import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { PGROLL_REFUSALS, QUESTION_PREFIXES, SQL_REFUSALS } from './refusal-codes';

const root = path.resolve(import.meta.dirname, '../../..');
const docs = (page: string) => readFileSync(path.join(root, 'docs', page), 'utf8');

/** The code cells of the first column of the table below a heading cell. */
function named(page: string, head: string): string[] {
  const [, table = ''] =
    new RegExp(`^\\| ${head} \\|.*\\n\\|[-|]+\\n((?:\\|.*\\n)+)`, 'm').exec(docs(page)) ?? [];
  return table
    .split('\n')
    .flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));
}

const sources = ['from-sql', 'from-pgroll'].flatMap((folder) =>
  readdirSync(path.join(root, 'lib/planner', folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.ts$/.test(file) && !/test\.ts$|refusal-codes/.test(file))
    .map((file) => readFileSync(path.join(root, 'lib/planner', folder, file), 'utf8')),
);

describe('reason codes', () => {
  it('of SQL stand in docs/migration-files.md, each and no other', () => {
    expect(named('migration-files.md', 'code').sort()).toEqual([...SQL_REFUSALS].sort());
  });

  it('of pgroll stand in docs/import.md, each and no other', () => {
    expect(named('import.md', 'code').sort()).toEqual([...PGROLL_REFUSALS].sort());
  });

  it('are each given by something', () => {
    const unused = [...SQL_REFUSALS, ...PGROLL_REFUSALS].filter(
      (code) => !sources.some((text) => text.includes(`'${code}'`)),
    );
    expect(unused).toEqual([]);
  });

  it('of questions stand in docs/migration-files.md by what their ids begin with', () => {
    const prefixes = named('migration-files.md', 'question').map((id) => id.split(':')[0]);
    expect(prefixes.sort()).toEqual([...QUESTION_PREFIXES].sort());
  });
});

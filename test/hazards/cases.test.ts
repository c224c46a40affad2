import { describe, expect, it } from 'vitest';
import { RULES, type RuleName } from '@/lib/planner/hazards/rules';
import { CONTEXTS, readHazardCases } from './hazard-case';

const ROWS = 39;

describe('the catalogue of statements', () => {
  const cases = readHazardCases();

  it('has at least 250 statements and three for each row of the reference', () => {
    const rows = new Map<string, number>();
    for (const { row } of cases) rows.set(row, (rows.get(row) ?? 0) + 1);
    expect(cases.length).toBeGreaterThanOrEqual(250);
    expect(rows.size).toBe(ROWS);
    expect([...rows].filter(([, count]) => count < 3)).toEqual([]);
    expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length);
    expect(cases.filter(({ contexts }) => contexts.length === CONTEXTS.length).length).toBeGreaterThan(250);
  });
});

describe('docs/rules.md', () => {
  it('says what the table of rules says', async () => {
    await expect(rulesPage()).toMatchFileSnapshot('../../docs/rules.md');
  });
});

function rulesPage(): string {
  const rows = (Object.keys(RULES) as RuleName[])
    .sort()
    .map((name) => `| \`${name}\` | ${RULES[name].severity} | ${RULES[name].title}. ${RULES[name].about} |`);
  return [
    '# Rules',
    '',
    'What Segue says of a statement before it runs. **error**: work that grows with the table while the application waits, or',
    'a statement that fails. **warning**: code that runs now breaks, or more tables wait than the one that is named.',
    '**info**: good to know. The locks, rewrites and scans behind them are held against PostgreSQL 14–18',
    '(`test/hazards`).',
    '',
    '| rule | severity | what happens |',
    '|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

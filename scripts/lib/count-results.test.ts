import { describe, expect, it } from 'vitest';
import { countPlaywright, countVitest, settleCounts, summarize } from './count-results.mjs';

const file = (status: string, ...tests: string[]) => ({
  status,
  assertionResults: tests.map((result) => ({ status: result })),
});

describe('countVitest', () => {
  it('counts skipped and unfinished tests as failed', () => {
    const testResults = [
      file('passed', 'passed', 'passed', 'skipped'),
      file('failed', 'passed', 'failed', 'todo'),
    ];
    expect(countVitest({ testResults })).toEqual({ passed: 3, failed: 3 });
  });

  it('counts a file that broke before or after its tests as one failure', () => {
    expect(countVitest({ testResults: [file('failed'), file('failed', 'passed')] })).toEqual({
      passed: 1,
      failed: 2,
    });
  });
});

it('counts what Playwright repeated, skipped or could not run as failed', () => {
  const stats = { expected: 5, unexpected: 1, flaky: 1, skipped: 2 };
  expect(countPlaywright({ stats, errors: ['setup'] })).toEqual({ passed: 5, failed: 5 });
});

describe('settleCounts', () => {
  it('takes clean counts as they are', () => {
    expect(settleCounts(0, { passed: 2, failed: 0 })).toEqual({ passed: 2, failed: 0 });
    expect(settleCounts(1, { passed: 2, failed: 3 })).toEqual({ passed: 2, failed: 3 });
  });

  it.each([
    [0, null],
    [0, { passed: 0, failed: 0 }],
    [1, { passed: 2, failed: 0 }],
  ])('exit %i with %j is one failure', (code, counts) => {
    expect(settleCounts(code, counts).failed).toBe(1);
  });
});

it('closes with one line over all stages', () => {
  const lines = summarize([
    { stage: 'lint', passed: 1, failed: 0, seconds: 2 },
    { stage: 'unit', passed: 40, failed: 2, seconds: 3.25 },
  ]);
  expect(lines.at(-1)).toBe('41 passed, 2 failed');
  expect(lines[1]).toMatch(/^unit\s+FAILED\s+40 passed\s+2 failed\s+3\.3 s$/);
});

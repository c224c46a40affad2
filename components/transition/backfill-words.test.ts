import { describe, expect, it } from 'vitest';
import { backfillInWords, backfillShare } from './backfill-words';

const running = {
  rowsDone: 124_000,
  rowsTotal: 200_000,
  totalIsExact: false,
  rowsChanged: 120_000,
  state: 'running',
} as const;

describe('backfill in words', () => {
  it('tells an estimate from an exact total', () => {
    expect(backfillInWords(running)).toBe('124,000 of about 200,000 rows looked at, 120,000 written');
    expect(backfillInWords({ ...running, totalIsExact: true })).toBe(
      '124,000 of 200,000 rows looked at, 120,000 written',
    );
  });

  it('says when there are more rows than expected, and never 100 % before the end', () => {
    const over = { ...running, rowsDone: 210_000 };
    expect(backfillInWords(over)).toContain('more than the 200,000 expected');
    expect(backfillShare(over)).toBe(0.99);
    expect(backfillShare({ ...over, state: 'done' })).toBe(1);
    expect(backfillShare({ ...running, rowsDone: 0, rowsTotal: 0 })).toBe(0);
  });

  it('says that it waits, is paused or is done', () => {
    expect(backfillInWords({ ...running, state: 'waiting' })).toBe('About 200,000 rows to look at');
    expect(backfillInWords({ ...running, state: 'paused' })).toMatch(/^Paused\. /);
    expect(backfillInWords({ ...running, state: 'done' })).toBe('124,000 rows looked at, 120,000 written');
  });
});

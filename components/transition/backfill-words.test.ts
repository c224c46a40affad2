import { describe, expect, it } from 'vitest';
import { backfillInWords, laneInWords } from './backfill-words';

const running = {
  rowsDone: 124_000,
  rowsTotal: 200_000,
  totalIsExact: false,
  rowsChanged: 120_000,
  state: 'running',
  round: 0,
} as const;

describe('backfill in words', () => {
  it('tells an estimate from an exact total', () => {
    expect(backfillInWords(running)).toBe('124,000 of about 200,000 rows looked at, 120,000 written');
    expect(backfillInWords({ ...running, totalIsExact: true })).toBe(
      '124,000 of 200,000 rows looked at, 120,000 written',
    );
  });

  it('says when there are more rows than expected', () => {
    const over = { ...running, rowsDone: 210_000 };
    expect(backfillInWords(over)).toContain('more than the 200,000 expected');
  });

  it('says that it waits, is paused or is done', () => {
    expect(backfillInWords({ ...running, state: 'waiting' })).toBe('About 200,000 rows to look at');
    expect(backfillInWords({ ...running, state: 'paused' })).toMatch(/^Paused\. /);
    expect(backfillInWords({ ...running, state: 'done' })).toBe('124,000 rows looked at, 120,000 written');
  });

  it('says that it looks again for what moved', () => {
    expect(backfillInWords({ ...running, round: 1 })).toMatch(/looking again for rows that moved meanwhile$/);
  });

  it('says what a lane does', () => {
    const lane = { number: 2, batchRows: 8200, batchMs: 96, retries: 0 };
    expect(laneInWords(lane, 100)).toBe('Lane 2: 8,200 rows a batch, 96 ms (aim 100 ms)');
    expect(laneInWords({ ...lane, retries: 3 }, 100)).toMatch(/gave way to a lock 3 times$/);
    expect(laneInWords({ ...lane, batchRows: 0, batchMs: null }, 100)).toBe('Lane 2: starting');
  });
});

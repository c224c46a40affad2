import { describe, expect, it } from 'vitest';
import { ownSqlPreamble, patienceMs, rungMs } from './lock-ladder';

const timeout = (preamble: readonly string[], name: string) =>
  Number(preamble.find((line) => line.startsWith(`SET LOCAL ${name}`))?.split(' = ')[1]);

describe('SQL of the team under the lock ladder', () => {
  it('gives up waiting for each of its locks before its time is over, at every pause and rung', () => {
    for (const pause of [10, 11, 50, 100, 101, 400, 2000])
      for (const relations of [0, 1, 2, 5])
        for (const attempt of [0, 1, 2, 3, 4]) {
          const preamble = ownSqlPreamble(rungMs(attempt, pause, relations), pause, relations);
          const lockMs = timeout(preamble, 'lock_timeout');
          expect(lockMs).toBeGreaterThan(0);
          expect(lockMs * Math.max(relations, 1)).toBeLessThan(pause);
          expect(timeout(preamble, 'statement_timeout')).toBe(pause);
        }
  });
});

describe('rungMs', () => {
  it('climbs to the longest pause and begins again, so that queues drain', () => {
    expect([0, 1, 2, 3, 4].map((attempt) => rungMs(attempt, 400, 1))).toEqual([100, 200, 400, 400, 100]);
  });

  it('keeps all locks of a transaction within half of the server’s deadlock_timeout', () => {
    expect(rungMs(3, 2000, 2)).toBe(250);
    expect(rungMs(3, 2000, 2, 200)).toBe(50);
    expect(rungMs(3, 2000, 2, 10_000)).toBe(800);
  });

  it('keeps to the pause however many partitions there are', () => {
    for (const relations of [2, 7, 40, 365])
      expect(rungMs(3, 400, relations) * relations).toBeLessThanOrEqual(400);
  });
});

describe('patienceMs', () => {
  it('is longer than deadlock_timeout, after which an autovacuum gives way', () => {
    expect(patienceMs(1000)).toBe(3000);
    expect(patienceMs(5000)).toBe(7000);
    expect(patienceMs(120_000)).toBe(30_000);
  });
});

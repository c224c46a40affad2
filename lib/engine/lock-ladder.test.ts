import { describe, expect, it } from 'vitest';
import { ownSqlPreamble, rungMs } from './lock-ladder';

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

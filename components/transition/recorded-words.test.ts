import { describe, expect, it } from 'vitest';
import { NOTHING_RECORDED } from '@/lib/core/recorded';
import {
  conflictInWords,
  conflictsInWords,
  exceptionInWords,
  exceptionsInWords,
  recordedSql,
  rowInWords,
} from './recorded-words';

describe('what was not carried over', () => {
  it('is said in numbers, and what it means', () => {
    expect(exceptionsInWords({ exceptions: 1 })).toMatch(/^1 value was written that one side only can hold/);
    expect(exceptionsInWords({ exceptions: 1200 })).toMatch(/^1,200 values were.*You are asked before/);
    expect(conflictsInWords({ conflicts: 1 })).toMatch(/^Once two values met/);
    expect(conflictsInWords({ conflicts: 2 })).toMatch(/^2 times two values met/);
  });

  it('names the row and both values', () => {
    expect(rowInWords({ key: { region: 'eu', id: 7 } })).toBe('region eu, id 7');
    expect(exceptionInWords({ side: 'old', value: 'abc' })).toBe('old side: abc');
    expect(exceptionInWords({ side: 'old', value: null })).toBe('old side: see the row');
    expect(conflictInWords({ kept: 'right', lost: null })).toBe('kept right, not NULL');
  });

  it('gives the query for all of it, and only where there is some', () => {
    expect(recordedSql({ ...NOTHING_RECORDED, conflicts: 1 }, "it's")).toBe(
      "SELECT * FROM segue.conflicts WHERE transition = 'it''s';",
    );
    expect(recordedSql({ ...NOTHING_RECORDED, exceptions: 1, conflicts: 1 }, 'a').split('\n')).toHaveLength(
      2,
    );
  });
});

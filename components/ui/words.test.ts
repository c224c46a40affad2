import { describe, expect, it } from 'vitest';
import { bytes, counted, percent } from './number-words';
import { ageInWords, dayInWords, durationInWords, exactTime, rangeInWords } from './time-words';

const NOW = Date.parse('2026-11-22T12:00:00Z');

describe('time in words', () => {
  it('gives ages in the unit that fits', () => {
    expect(ageInWords('2026-11-22T11:59:40Z', NOW)).toBe('just now');
    expect(ageInWords('2026-11-22T11:56:00Z', NOW)).toBe('4 min ago');
    expect(ageInWords('2026-11-22T09:00:00Z', NOW)).toBe('3 h ago');
    expect(ageInWords('2026-11-10T12:00:00Z', NOW)).toBe('12 days ago');
    expect(ageInWords('2026-11-22T12:10:00Z', NOW)).toBe('in 10 min');
  });

  it('gives exact times the same everywhere', () => {
    expect(exactTime('2026-11-02T09:05:00Z')).toBe('2 Nov 2026, 09:05 UTC');
    expect(dayInWords('2026-11-29T12:04:00Z', NOW)).toBe('29 November');
    expect(dayInWords('2026-11-22T13:00:00Z', NOW)).toBe('22 November, 13:00 UTC');
    expect(dayInWords('2027-01-02T00:00:00Z', NOW)).toBe('2 January 2027');
  });

  it('gives lengths and ranges', () => {
    expect(durationInWords(400)).toBe('400 ms');
    expect(durationInWords(7 * 24 * 3600 * 1000)).toBe('7 days');
    expect(rangeInWords([190, 240])).toBe('about 3–4 minutes');
    expect(rangeInWords([20, 20])).toBe('about 20 seconds');
    expect(rangeInWords([0.2, 0.9])).toBe('about 1 second');
  });
});

describe('numbers in words', () => {
  it('rounds shares down: 100 % means all', () => {
    expect(percent(0.999)).toBe('99 %');
    expect(percent(1)).toBe('100 %');
    expect(percent(1.64)).toBe('100 %');
  });

  it('counts and sizes', () => {
    expect(counted(1, 'row')).toBe('1 row');
    expect(counted(200_000, 'row')).toBe('200,000 rows');
    expect(bytes(512)).toBe('512 bytes');
    expect(bytes(3_650_722_201)).toBe('3.4 GB');
  });
});

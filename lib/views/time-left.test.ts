import { describe, expect, it } from 'vitest';
import { secondsLeft, timeLeftText } from './time-left';

const pace = {
  rowsSeen: 500_000,
  rowsTotal: 1_000_000,
  totalIsExact: true,
  share: null,
  workingMs: 100_000,
  rowsPerSecond: 5000,
};

describe('secondsLeft', () => {
  it('is a range around the rate, working time only', () => {
    expect(secondsLeft(pace)).toEqual([90, 111]);
  });

  it('reaches from the recent rate to the average where they differ', () => {
    expect(secondsLeft({ ...pace, rowsPerSecond: 10_000 })).toEqual([45, 111]);
  });

  it('goes by the share of the work, which is exact where the number of rows is not', () => {
    expect(secondsLeft({ ...pace, totalIsExact: false, share: 0.5, rowsPerSecond: null })).toEqual([90, 111]);
  });

  it('is wider where the total is an estimate', () => {
    expect(secondsLeft({ ...pace, totalIsExact: false })).toEqual([75, 125]);
  });

  it('says nothing before there is a rate, and nothing past the estimate', () => {
    expect(secondsLeft({ ...pace, workingMs: 500 })).toBeNull();
    expect(secondsLeft({ ...pace, rowsSeen: 0 })).toBeNull();
    expect(secondsLeft({ ...pace, rowsSeen: 1_000_001 })).toBeNull();
  });
});

describe('timeLeftText', () => {
  it.each([
    [[3, 8], 'A few seconds left.'],
    [[20, 50], 'Less than a minute left.'],
    [[160, 230], 'About 3–4 minutes left.'],
    [[55, 60], 'About 1 minute left.'],
    [[2 * 3600, 3 * 3600], 'About 2–3 hours left.'],
  ] as const)('%j reads %s', (range, text) => {
    expect(timeLeftText([range[0], range[1]])).toBe(text);
  });

  it('is nothing for an unknown time', () => {
    expect(timeLeftText(null)).toBeNull();
  });
});

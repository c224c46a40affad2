import { describe, expect, it } from 'vitest';
import { type IndexProgress, indexProgress } from './index-progress';

const row = (phase: string, rest: Partial<IndexProgress> = {}): IndexProgress => ({
  phase,
  blocksTotal: 0,
  blocksDone: 0,
  tuplesTotal: 0,
  tuplesDone: 0,
  lockersTotal: 0,
  lockersDone: 0,
  ...rest,
});

/** In the order in which PostgreSQL goes through them (manual, "CREATE INDEX Phases"). */
const BUILD = [
  row('initializing'),
  row('waiting for writers before build', { lockersTotal: 2, lockersDone: 1 }),
  row('building index: scanning table', { blocksTotal: 100, blocksDone: 1 }),
  row('building index: scanning table', { blocksTotal: 100, blocksDone: 100 }),
  row('building index: sorting live tuples'),
  row('building index: loading tuples in tree', { tuplesTotal: 100, tuplesDone: 99 }),
  row('waiting for writers before validation', { lockersTotal: 1, lockersDone: 1 }),
  row('index validation: scanning index', { blocksTotal: 10, blocksDone: 5 }),
  row('index validation: sorting tuples', { tuplesTotal: 10, tuplesDone: 5 }),
  row('index validation: scanning table', { blocksTotal: 10, blocksDone: 10 }),
  row('waiting for old snapshots', { lockersTotal: 3, lockersDone: 1 }),
];

describe('indexProgress', () => {
  it('never goes back, stays within 0 and 1, and has words for every phase', () => {
    const shares = BUILD.map((each) => indexProgress(each));
    expect(shares.map(({ share }) => share)).toEqual(
      [...shares.map(({ share }) => share)].sort((a, b) => a - b),
    );
    for (const { share, words } of shares) {
      expect(share).toBeGreaterThanOrEqual(0);
      expect(share).toBeLessThan(1);
      expect(words).toMatch(/^[A-Z]/);
    }
  });

  it('counts those that it waits for', () => {
    expect(indexProgress(row('waiting for old snapshots', { lockersTotal: 3, lockersDone: 1 })).words).toBe(
      'Waiting for transactions that began before, 1 of 3 done',
    );
  });

  it('takes a table that grew meanwhile as read, and a phase of a later PostgreSQL by its name', () => {
    expect(
      indexProgress(row('building index: scanning table', { blocksTotal: 10, blocksDone: 12 })).share,
    ).toBeCloseTo(0.45);
    expect(indexProgress(row('polishing'))).toEqual({ words: 'polishing', share: 0 });
  });
});

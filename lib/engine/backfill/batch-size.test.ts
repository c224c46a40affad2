import { describe, expect, it } from 'vitest';
import { batchSize } from './batch-size';

/** Batches of a table in which a row takes so long; returns the sizes. */
function sizes(msPerRow: number, target: number, batches: number, cap = 1_000_000): number[] {
  const size = batchSize();
  return Array.from({ length: batches }, () => {
    const rows = size.next(cap);
    size.took(rows * msPerRow, target);
    return rows;
  });
}

describe('batchSize', () => {
  it('begins small, doubles, and comes to rest where a batch takes its time', () => {
    const taken = sizes(0.01, 100, 40);
    expect(taken.slice(0, 2)).toEqual([2000, 4000]);
    expect(taken.at(-1)).toBeGreaterThanOrEqual(8900);
    expect(taken.at(-1)).toBeLessThanOrEqual(9700);
  });

  it('is not led astray by single batches that something else held up', () => {
    const size = batchSize();
    let least = Number.POSITIVE_INFINITY;
    for (let batch = 0; batch < 200; batch += 1) {
      const rows = size.next(1_000_000);
      if (batch > 40) least = Math.min(least, rows);
      size.took(rows * 0.01 * (batch % 4 === 3 ? 20 : 1), 100);
    }
    expect(least).toBeGreaterThan(8000);
  });

  it('comes back from single rows when they are no longer dear', () => {
    const size = batchSize();
    for (let batch = 0; batch < 30; batch += 1) size.took(size.next(1_000_000) * 1000, 2);
    expect(size.next(1_000_000)).toBe(1);
    for (let batch = 0; batch < 60; batch += 1) size.took(3 + size.next(1_000_000) * 0.005, 2);
    expect(size.next(1_000_000)).toBe(100);
  });

  it('shrinks for a slow table, down to one row', () => {
    expect(sizes(1, 100, 20).at(-1)).toBeLessThanOrEqual(100);
    expect(sizes(1000, 100, 20).at(-1)).toBe(1);
  });

  it('does not chase a target that is less than what a batch costs without its rows', () => {
    const size = batchSize();
    const took = (rows: number) => 8 + rows * 0.005;
    let rows = 0;
    for (let batch = 0; batch < 60; batch += 1) {
      rows = size.next(1_000_000);
      size.took(took(rows), 5);
    }
    expect(rows).toBe(100);
    // A lock is another matter, and passes.
    size.split();
    expect(size.next(1_000_000)).toBe(50);
    size.took(took(50), 5);
    expect(size.next(1_000_000)).toBe(60);
  });

  it('does not shrink to single rows for the sake of a slow network, but for rows that are dear', () => {
    const size = batchSize();
    const sizeAfter = (batches: number, msPerRow: number): number => {
      for (let batch = 0; batch < batches; batch += 1) {
        const rows = size.next(1_000_000);
        // A dozen messages of 30 ms, now and then one that something held up.
        size.took(360 + (batch % 7 === 3 ? 25 : 0) + rows * msPerRow, 100);
      }
      return size.next(1_000_000);
    };
    expect(sizeAfter(60, 0.05)).toBe(100);
    expect(sizeAfter(60, 50)).toBe(1);
  });

  it('never exceeds its cap, and does not overshoot when that is raised', () => {
    expect(Math.max(...sizes(0.001, 100, 50, 500))).toBe(500);
    const size = batchSize();
    for (let batch = 0; batch < 50; batch += 1) size.took(size.next(500) * 0.001, 100);
    expect(size.next(1_000_000)).toBeLessThanOrEqual(1000);
  });

  it('halves after a batch that was given up', () => {
    const size = batchSize(1000);
    size.next(1000);
    size.split();
    expect(size.next(1000)).toBe(500);
    size.split();
    expect(size.next(1000)).toBe(250);
  });
});

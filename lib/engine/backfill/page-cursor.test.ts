import { describe, expect, it } from 'vitest';
import {
  advanceTo,
  type PageCursor,
  type PageStretch,
  pagesFor,
  passCondition,
  passShare,
  segmentEnd,
} from './page-cursor';
import { planRanges } from './plan-ranges';

const START: PageCursor = { pass: 0, nextPage: 0, nextItem: 0 };
const leaf = {
  relation: 'public.items',
  filenode: '1',
  pages: 10_000,
  rowsPerPage: 60,
  staysInPage: true,
};

describe('a walk by pages', () => {
  it('takes every page once in every pass, segment by segment', () => {
    const stretch: PageStretch = { fromPage: 3, toPage: 25, segmentPages: 10, passes: 3 };
    let cursor: PageCursor = { ...START, nextPage: 3 };
    const visits = new Map<string, number>();
    let units = 0;
    for (let done = false; !done; ) {
      const to = Math.min(segmentEnd(stretch, cursor), cursor.nextPage + 4);
      for (let page = cursor.nextPage; page < to; page += 1) {
        const visit = `${page} ${cursor.pass}`;
        visits.set(visit, (visits.get(visit) ?? 0) + 1);
      }
      const next = advanceTo(stretch, cursor, to, 0);
      units += next.units;
      ({ cursor, done } = next);
    }
    expect(visits.size).toBe(22 * 3);
    expect(new Set(visits.values())).toEqual(new Set([1]));
    expect(units).toBe(22 * 3);
  });

  it('stops within a page where less than one is wanted', () => {
    expect(pagesFor(20, 60, 1)).toBe(0);
    expect(pagesFor(20, 60, 0.25)).toBe(1);
    const stretch: PageStretch = { fromPage: 0, toPage: 2, segmentPages: 2, passes: 1 };
    expect(advanceTo(stretch, START, 0, 21)).toEqual({
      cursor: { pass: 0, nextPage: 0, nextItem: 21 },
      units: 0,
      done: false,
    });
  });

  it('leaves to the last pass whatever the others did not take', () => {
    expect(passCondition(2, 4)).toContain('tidsend');
    expect(passCondition(3, 4)).toBe('true');
    expect(passCondition(0, 1)).toBe('true');
  });

  it.each([8, 60, 220])(
    'deals out the %i rows of a page, each to one pass, fewer from pass to pass',
    (rows) => {
      const shareOf = (condition: string) => {
        const [scatter, from, width] = (/\* (\d+) - (\d+)\) & 255\) < (\d+)/.exec(condition) ?? [])
          .slice(1)
          .map(Number);
        return (item: number) =>
          scatter !== undefined && (((item & 255) * scatter - (from ?? 0)) & 255) < (width ?? 0);
      };
      const items = Array.from({ length: rows }, (_, index) => index + 1);
      const taken = [0, 1, 2].map((pass) => items.filter(shareOf(passCondition(pass, 4))));
      const all = taken.flat();
      expect(new Set(all).size).toBe(all.length);
      const counts = [...taken.map((pass) => pass.length), rows - all.length];
      for (const [pass, count] of counts.entries()) {
        expect(Math.abs(count - rows * passShare(pass, 4))).toBeLessThan(2);
        if (rows > 20 && pass > 0) expect(count).toBeLessThanOrEqual(counts[pass - 1] ?? 0);
      }
      expect([0, 1, 2, 3].reduce((sum, pass) => sum + passShare(pass, 4), 0)).toBeCloseTo(1);
      expect(passShare(0, 1)).toBe(1);
    },
  );
});

describe('planRanges', () => {
  it('covers the table without a gap, in ranges that end with their segments', () => {
    for (const pages of [1, 7, 63, 500, 10_000, 1_000_003]) {
      const ranges = planRanges([{ ...leaf, pages }], false);
      let at = 0;
      for (const range of ranges) {
        expect(range.fromPage).toBe(at);
        expect((range.toPage - range.fromPage) % range.segmentPages === 0 || range.toPage === pages).toBe(
          true,
        );
        at = range.toPage;
      }
      expect(at).toBe(pages);
      expect(ranges.length).toBeLessThanOrEqual(33);
    }
  });

  it('gives two lanes, and four, the same amount of work', () => {
    for (const pages of [1600, 4000, 14_286, 20_000, 142_858]) {
      const ranges = planRanges([{ ...leaf, pages }], false);
      const lanes = ranges.length === 2 ? 2 : 4;
      expect(ranges.length % lanes).toBe(0);
      const [first] = ranges;
      const last = ranges.at(-1);
      if (first === undefined || last === undefined) throw new Error('no ranges');
      expect(last.toPage - last.fromPage).toBeGreaterThan(0.9 * first.toPage);
    }
  });

  it('passes more than once only where the rows can stay in their page', () => {
    const passes = (change: Partial<typeof leaf>, once = false) =>
      planRanges([{ ...leaf, ...change }], once)[0]?.passes;
    expect(passes({})).toBe(4);
    expect(passes({ staysInPage: false })).toBe(1);
    expect(passes({ rowsPerPage: 3 })).toBe(1);
    expect(passes({ pages: 200 })).toBe(1);
    expect(passes({}, true)).toBe(1);
  });

  it('has none for an empty table', () => {
    expect(planRanges([{ ...leaf, pages: 0 }], false)).toEqual([]);
  });
});

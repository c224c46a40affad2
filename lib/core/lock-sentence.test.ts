import { describe, expect, it } from 'vitest';
import { blocksWhat, lockSentence } from './lock-sentence';
import { LOCK_MODES } from './plan';

describe('blocksWhat', () => {
  it('follows the manual: SHARE and stronger stop writes, ACCESS EXCLUSIVE stops reads too', () => {
    expect(LOCK_MODES.map((mode) => [mode, blocksWhat(mode)])).toEqual([
      ['ACCESS SHARE', 'nobody'],
      ['ROW SHARE', 'nobody'],
      ['ROW EXCLUSIVE', 'nobody'],
      ['SHARE UPDATE EXCLUSIVE', 'nobody'],
      ['SHARE', 'writes'],
      ['SHARE ROW EXCLUSIVE', 'writes'],
      ['EXCLUSIVE', 'writes'],
      ['ACCESS EXCLUSIVE', 'everything'],
    ]);
  });
});

describe('lockSentence', () => {
  it('says so where nobody waits', () => {
    expect(lockSentence([], 400)).toBe('Blocks nobody.');
    expect(lockSentence([{ relation: 'public.users', mode: 'SHARE UPDATE EXCLUSIVE' }], 400)).toBe(
      'Blocks nobody.',
    );
  });

  it('names the table without public, the kind of query and the longest pause', () => {
    expect(lockSentence([{ relation: 'public.users', mode: 'ACCESS EXCLUSIVE' }], 400)).toBe(
      'May pause queries on users up to 400 ms.',
    );
    expect(lockSentence([{ relation: 'shop.users', mode: 'SHARE ROW EXCLUSIVE' }], 250)).toBe(
      'May pause writes to shop.users up to 250 ms.',
    );
  });

  it('names every table once', () => {
    expect(
      lockSentence(
        [
          { relation: 'public.orders', mode: 'SHARE ROW EXCLUSIVE' },
          { relation: 'public.users', mode: 'SHARE ROW EXCLUSIVE' },
          { relation: 'public.users', mode: 'SHARE ROW EXCLUSIVE' },
        ],
        400,
      ),
    ).toBe('May pause writes to orders and users up to 400 ms.');
    expect(
      lockSentence(
        [
          { relation: 'public.a', mode: 'ACCESS EXCLUSIVE' },
          { relation: 'public.b', mode: 'SHARE ROW EXCLUSIVE' },
          { relation: 'public.c', mode: 'ROW SHARE' },
        ],
        400,
      ),
    ).toBe('May pause queries on a and b up to 400 ms.');
  });
});

import { describe, expect, it } from 'vitest';
import type { LockMode } from '@/lib/core/plan';
import { canPause, lockInWords, pauseInWords, phasePause } from './lock-words';

const lock = (relation: string, mode: LockMode) => ({ relation, mode });

describe('locks in words', () => {
  it('tell what can make queries wait from what cannot', () => {
    expect(canPause({ locks: [lock('public.users', 'SHARE UPDATE EXCLUSIVE')] })).toBe(false);
    expect(canPause({ locks: [lock('public.users', 'SHARE ROW EXCLUSIVE')] })).toBe(true);
    expect(canPause({ locks: [] })).toBe(false);
    expect(lockInWords('ACCESS EXCLUSIVE')).toContain('reads and writes wait');
    expect(lockInWords('ROW EXCLUSIVE')).toBe('reads and writes go on');
  });

  it('name each paused table once', () => {
    expect(pauseInWords([], { maxPauseMs: 400 })).toBe('Blocks nobody.');
    expect(pauseInWords(['users'], { maxPauseMs: 400 })).toBe('May pause queries on users up to 400 ms.');
    expect(pauseInWords(['a', 'b', 'c'], { maxPauseMs: 200 })).toBe(
      'May pause queries on a, b and c up to 200 ms.',
    );
    expect(pauseInWords(['a', 'shop.b'], { maxPauseMs: 200, tablePauses: { 'shop.b': 50 } })).toBe(
      'May pause queries on a up to 200 ms and on shop.b up to 50 ms.',
    );
  });

  it('look at the way asked for', () => {
    const step = {
      locks: [lock('public.users', 'ACCESS EXCLUSIVE')],
      undoLocks: [lock('shop.orders', 'ACCESS EXCLUSIVE'), lock('shop.orders', 'ROW SHARE')],
    };
    const phase = { steps: [step, step] } as unknown as Parameters<typeof phasePause>[0];
    const settings = { maxPauseMs: 400 };
    expect(phasePause(phase, 'forward', settings)).toBe('May pause queries on users up to 400 ms.');
    expect(phasePause(phase, 'back', settings)).toBe('May pause queries on shop.orders up to 400 ms.');
  });

  it('promise nothing of SQL whose locks are not known', () => {
    const step = { locks: [], undoLocks: [], ownSql: { locksUnknown: true } };
    const phase = { steps: [step] } as unknown as Parameters<typeof phasePause>[0];
    expect(canPause(step)).toBe(true);
    expect(phasePause(phase, 'forward', { maxPauseMs: 300 })).toBe(
      'What your SQL locks is not known: it gives up when it waits or runs longer than 300 ms.',
    );
  });
});

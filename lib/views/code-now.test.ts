import { expect, it } from 'vitest';
import { codeNow } from './code-now';

const plan = { newCodeFrom: 2, oldCodeUntil: 3 };

it.each([
  [0, null, 'works', 'not yet'],
  [1, null, 'works', 'not yet'],
  [1, 2, 'works', 'not yet'],
  [2, null, 'works', 'works'],
  [2, 3, 'works', 'works'],
  [3, 4, 'gone', 'works'],
  [4, null, 'gone', 'works'],
  [4, 4, 'gone', 'works'],
  [2, 2, 'works', 'not yet'],
  [5, null, 'gone', 'works'],
] as const)('at %i, moving phase %s: old code %s, new code %s', (position, movingPhase, old, fresh) => {
  expect(codeNow(plan, { position, movingPhase })).toEqual({ old, new: fresh });
});

import { expect, it } from 'vitest';
import { takeTurns } from './take-turns';

const forever = new AbortController().signal;

it('runs so many at once, in order, goes on after a failure, and begins nothing that nobody waits for', async () => {
  const turn = takeTurns(2);
  const began: number[] = [];
  const ends: (() => void)[] = [];
  const gone = new AbortController();
  const piece = (number: number, signal = forever) =>
    turn(() => {
      began.push(number);
      return new Promise<number>((resolve, reject) => {
        ends.push(() => (number === 0 ? reject(new Error('it broke')) : resolve(number)));
      });
    }, signal);
  const all = [piece(0), piece(1), piece(2, gone.signal), piece(3)];
  const settled = Promise.allSettled(all);
  await Promise.resolve();
  expect(began).toEqual([0, 1]);
  gone.abort();
  for (const end of ends.splice(0)) end();
  await expect(all[2]).rejects.toThrow(/abort/i);
  await expect.poll(() => began).toEqual([0, 1, 3]);
  for (const end of ends.splice(0)) end();
  expect((await settled).map(({ status }) => status)).toEqual([
    'rejected',
    'fulfilled',
    'rejected',
    'fulfilled',
  ]);
});

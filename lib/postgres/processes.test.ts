import { describe, expect, it } from 'vitest';
import { isAlive, isPostgresStat } from './processes';

describe('isPostgresStat', () => {
  it.each([
    ['1234 (postgres) S 1 1234', true],
    ['1234 (postgres) Z 1 1234', false],
    ['1234 (node) S 1 1234', false],
    ['1234 (a) b (postgres) S 1', false],
    ['', false],
  ])('%j → %s', (line, expected) => {
    expect(isPostgresStat(line)).toBe(expected);
  });
});

describe('isAlive', () => {
  it('knows this process and no process of an impossible number', () => {
    expect(isAlive(process.pid)).toBe(true);
    expect(isAlive(2 ** 30)).toBe(false);
  });
});

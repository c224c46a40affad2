import { expect, it } from 'vitest';
import { isLong } from './is-long';

it('goes by size and by statements', () => {
  expect(isLong('SELECT 1;'.repeat(100))).toBe(false);
  expect(isLong('SELECT 1;'.repeat(101))).toBe(true);
  expect(isLong(`-- ${'x'.repeat(64_000)}`)).toBe(true);
  expect(isLong('')).toBe(false);
});

import { expect, it } from 'vitest';
import { isLong } from './is-long';

it('goes by size and by statements', () => {
  expect(isLong('SELECT 1;'.repeat(100))).toBe(false);
  expect(isLong('SELECT 1;'.repeat(101))).toBe(true);
  expect(isLong(`-- ${'x'.repeat(500_000)}`)).toBe(true);
  expect(isLong('')).toBe(false);
  // It is refused as it stands.
  expect(isLong(`-- ${'x'.repeat(6_000_000)}`)).toBe(false);
});

import { expect, it } from 'vitest';
import { readTestOptions, STAGES } from './test-options.mjs';

it('runs everything by default', () => {
  expect(readTestOptions([])).toEqual({ full: false, stages: STAGES });
  expect(readTestOptions(['--full']).full).toBe(true);
});

it('keeps the order of the stages and builds before end-to-end tests', () => {
  expect(readTestOptions(['--only=postgres,unit']).stages).toEqual(['unit', 'postgres']);
  expect(readTestOptions(['--only=e2e']).stages).toEqual(['build', 'e2e']);
});

it.each(['--only=', '--only=unti', '--onyl=unit'])('refuses %s', (arg) => {
  expect(() => readTestOptions([arg])).toThrow(/Unknown/);
});

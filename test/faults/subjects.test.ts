import { describe, expect, it } from 'vitest';
import { kindsNotIn } from './subject';
import { SUBJECTS } from './subjects';

describe('what faults are tried on', () => {
  it('is every operation of the registry', () => {
    expect(kindsNotIn(SUBJECTS.flatMap(({ operations }) => operations))).toEqual([]);
  });

  it('has a name for each that no other has', () => {
    const names = SUBJECTS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('is a file or operations', () => {
    const both = SUBJECTS.filter(
      ({ operations, file }) => (file === undefined) === (operations.length === 0),
    );
    expect(both.map(({ name }) => name)).toEqual([]);
  });
});

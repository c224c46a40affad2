import { describe, expect, it } from 'vitest';
import { OPERATION_KINDS } from '@/lib/core/operation';
import { SUBJECTS } from './subjects';

/** No plan holds it: test/lifecycle/refusal-cases.ts. */
const NEVER_PLANNED = ['add_exclusion'];

describe('what faults are tried on', () => {
  it('is every operation of the registry', () => {
    const tried = new Set(
      SUBJECTS.flatMap(({ operations }) => operations.flatMap((each) => Object.keys(each))),
    );
    expect(OPERATION_KINDS.filter((kind) => !tried.has(kind))).toEqual(NEVER_PLANNED);
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

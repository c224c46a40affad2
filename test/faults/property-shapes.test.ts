import { describe, expect, it } from 'vitest';
import { EXTRAS } from './property-extras';
import { SHAPES } from './property-shapes';
import { kindsNotIn } from './subject';

describe('what random stories are told of', () => {
  it('is every operation of the registry', () => {
    expect(kindsNotIn([...SHAPES.flatMap(({ subject }) => subject.operations), ...EXTRAS])).toEqual([]);
  });
});

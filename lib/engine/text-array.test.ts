import { describe, expect, it } from 'vitest';
import { formatTextArray, parseTextArray } from './text-array';

describe('arrays of texts', () => {
  it.each([
    [[]],
    [['a', 'b c', '']],
    [['with "quotes"', 'back\\slash', 'comma, {brace}', 'NULL', 'line\nbreak', '🐘']],
    [[null, 'x', null]],
  ])('%j survives the way there and back', (texts) => {
    expect(parseTextArray(formatTextArray(texts))).toEqual(texts);
  });

  it('reads what the server writes', () => {
    expect(parseTextArray('{}')).toEqual([]);
    expect(parseTextArray('{a,"b c",NULL,"NULL","\\"q\\\\"}')).toEqual(['a', 'b c', null, 'NULL', '"q\\']);
  });
});

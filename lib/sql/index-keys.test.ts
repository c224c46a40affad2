import { describe, expect, it } from 'vitest';
import { columnsThatNameKeys, parseIndexKeys, replaceInIndexKeys } from './index-keys';

it.each([
  ['a, "B c" DESC NULLS LAST', ['"a"', '"B c"']],
  ['"w" uuid_ops, lower(name) text_pattern_ops DESC', ['"w"', 'lower(name)']],
  ['(a || \', \' || b) COLLATE "C", coalesce(x, 0) public.int4_ops', ["(a || ', ' || b)", 'coalesce(x, 0)']],
])('the values of index keys stand without class, collation and order: %s', (keys, values) => {
  expect(parseIndexKeys(keys).values).toEqual(values);
});

describe('index keys over another column', () => {
  const over = (keys: string) => replaceInIndexKeys(keys, (name) => (name === 'at' ? '"new"' : null));

  it.each([
    ['at', '"new"'],
    ['"at" DESC NULLS LAST, id', '"new" DESC NULLS LAST, id'],
    ['at COLLATE "C" text_pattern_ops DESC', '"new" COLLATE "C" text_pattern_ops DESC'],
    ["lower(at), (at || 'at') DESC", `lower("new"), ("new" || 'at') DESC`],
    ["attempt, (data ->> 'at')", "attempt, (data ->> 'at')"],
  ])('%s', (keys, expected) => {
    expect(over(keys)).toBe(expected);
  });

  it('names columns that PostgreSQL names keys after', () => {
    expect(columnsThatNameKeys('a, lower(b), (c::text), (d) DESC, (e + 1)')).toEqual(['a', 'c', 'd']);
  });
});

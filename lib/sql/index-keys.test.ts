import { expect, it } from 'vitest';
import { parseIndexKeys } from './index-keys';

it.each([
  ['a, "B c" DESC NULLS LAST', ['"a"', '"B c"']],
  ['"w" uuid_ops, lower(name) text_pattern_ops DESC', ['"w"', 'lower(name)']],
  ['(a || \', \' || b) COLLATE "C", coalesce(x, 0) public.int4_ops', ["(a || ', ' || b)", 'coalesce(x, 0)']],
])('the values of index keys stand without class, collation and order: %s', (keys, values) => {
  expect(parseIndexKeys(keys).values).toEqual(values);
});

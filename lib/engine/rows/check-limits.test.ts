import { describe, expect, it } from 'vitest';
import type { CheckConstraint } from '@/lib/planner/catalog';
import { limitsOf, NO_LIMITS } from './check-limits';

const check = (expression: string, columns = ['c']): CheckConstraint => ({
  name: 'k',
  columns,
  expression,
  validated: true,
  noInherit: false,
  enforced: true,
  comment: null,
});

describe('what checks ask of a value', () => {
  it.each([
    ['(c > 0)', { least: 1 }],
    ['((c >= 2) AND (c < 10))', { least: 2, most: 9 }],
    ["((c >= '-5'::integer))", { least: -5 }],
    ['((c)::numeric <= 12.5)', { most: 12.5 }],
    ['(char_length(c) <= 20)', { longest: 20 }],
    ["((length((c)::text) >= 3) AND ((c)::text <> ''::text))", { shortest: 3 }],
    ["(c <> ''::text)", { shortest: 1 }],
    ["(c = ANY (ARRAY['a'::text, 'it''s'::text]))", { listed: ['a', "it's"] }],
    [
      "((c)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))",
      { listed: ['a', 'b'] },
    ],
  ])('%s', (expression, expected) => {
    expect(limitsOf('c', [check(expression)])).toEqual({ ...NO_LIMITS, ...expected });
  });

  it('leaves to the server what it does not understand', () => {
    expect(limitsOf('c', [check('((c > 0) OR (c < -5))'), check('(c > d)', ['c', 'd'])])).toEqual(NO_LIMITS);
  });
});

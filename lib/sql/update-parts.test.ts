import { describe, expect, it } from 'vitest';
import { updateParts } from './update-parts';

const parts = (set: string, from: string | null = null, where: string | null = null) =>
  updateParts({ alias: 'users', set, from, where });

describe('updateParts', () => {
  it('takes a SET list apart, values byte for byte', () => {
    expect(
      parts(
        `"a=b" = lower("ä, x") -- one\n, c= CASE WHEN x THEN (1, 2) = (1, 2) ELSE false END , d = DEFAULT`,
      ).sets,
    ).toEqual([
      { column: 'a=b', value: 'lower("ä, x")' },
      { column: 'c', value: 'CASE WHEN x THEN (1, 2) = (1, 2) ELSE false END' },
      { column: 'd', value: null },
    ]);
  });

  it('says what other relations and columns it reads', () => {
    const { reads, mentions } = parts(
      'a = o.b',
      '(SELECT DISTINCT ON (id) id, b FROM shop.orders) o JOIN sums USING (id)',
      'o.id = users.id AND EXISTS (SELECT FROM users)',
    );
    expect(reads).toEqual([
      { schema: 'shop', name: 'orders' },
      { schema: null, name: 'sums' },
      { schema: null, name: 'users' },
    ]);
    expect(mentions).toEqual(expect.arrayContaining(['b', 'id']));
  });

  it('knows the clock in both forms', () => {
    expect(parts('a = now()').readsClock).toBe(true);
    expect(parts('a = CURRENT_DATE').readsClock).toBe(true);
    expect(parts('a = b').readsClock).toBe(false);
  });

  it.each([
    ['a = 1 WHERE true', null, null],
    ['a = 1 FROM b', null, null],
    ['a = 1; DROP TABLE users', null, null],
    ['a = 1 RETURNING *', null, null],
    ['(a, b) = (1, 2)', null, null],
    ['a[1] = 2', null, null],
    ['a = ', null, null],
    ['a = 1', 'b WHERE true', null],
    ['a = 1', 'b; DROP TABLE users', null],
    ['a = 1', null, 'true RETURNING *'],
    ['a = 1', null, 'true); DROP TABLE users; SELECT (1'],
  ])('refuses SET %s FROM %s WHERE %s', (set, from, where) => {
    expect(() => parts(set, from, where)).toThrow(expect.objectContaining({ code: 'bad_expression' }));
  });
});

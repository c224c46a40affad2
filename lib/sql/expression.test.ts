import { describe, expect, it } from 'vitest';
import { parseExpression, replaceColumns } from './expression';

describe('parseExpression', () => {
  it('finds columns, functions and subqueries', () => {
    const parsed = parseExpression(`lower("Né") || users.first_name || coalesce(x, 'x')`);
    expect(parsed.columns.map((column) => column.name)).toEqual(['Né', 'first_name', 'x']);
    expect(parsed.columns[1]?.qualifier).toBe('users');
    expect(parsed.functions).toContain('lower');
    expect(parseExpression('(select 1)').hasSubquery).toBe(true);
    expect(parseExpression('CURRENT_DATE').readsClock).toBe(true);
    expect(parseExpression('NULL').isNull).toBe(true);
  });

  it.each(['1); DROP TABLE users; --', '1, 2', '1 FROM users', 'a b c', '', '1) UNION SELECT (2'])(
    'refuses %s',
    (text) => {
      expect(() => parseExpression(text)).toThrow();
    },
  );

  it('refuses parentheses that only the caller would close', () => {
    expect(() => parseExpression('a) || (b')).toThrow('not one SQL expression');
    expect(parseExpression("(a) || ')(' || (b)").columns).toHaveLength(2);
  });

  it('keeps a trailing comment inside the expression', () => {
    expect(parseExpression('price / 100 -- cents').columns).toHaveLength(1);
  });
});

describe('replaceColumns', () => {
  it('replaces by byte position, also behind multibyte text, and leaves strings alone', () => {
    const parsed = parseExpression(`'é price' || price::text || "price" || t.price`);
    expect(replaceColumns(parsed, () => 'NEW."p"')).toBe(`'é price' || NEW."p"::text || NEW."p" || NEW."p"`);
  });

  it('leaves a column for which there is no replacement', () => {
    expect(replaceColumns(parseExpression('a + b'), (name) => (name === 'a' ? 'x' : null))).toBe('x + b');
  });
});

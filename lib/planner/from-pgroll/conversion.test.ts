import { describe, expect, it } from 'vitest';
import { conversionOf, plainExpression } from './conversion';

describe('plainExpression', () => {
  it.each([
    ['(SELECT CASE WHEN a IS NULL THEN 1 ELSE a END)', 'CASE WHEN a IS NULL THEN 1 ELSE a END'],
    ['SELECT upper(a);', 'upper(a)'],
    ['a + 1', 'a + 1'],
  ])('takes the SELECT off %s', (text, plain) => {
    expect(plainExpression(text)).toBe(plain);
  });

  it.each(['(SELECT max(b) FROM t)', '(SELECT a) + (b)', '(SELECT a) || (SELECT b)'])('leaves %s', (text) => {
    expect(plainExpression(text)).toBe(text);
  });
});

describe('conversionOf', () => {
  it.each([undefined, '', ' a ', '"a"', '(a)', '(SELECT a)'])('sees that %s changes nothing', (text) => {
    expect(conversionOf(text, 'a').kind).toBe('same');
  });

  it.each([
    "COALESCE(a, 'x')",
    "CASE WHEN a IS NULL THEN 'x' ELSE a END",
    '(SELECT CASE WHEN a IS NOT NULL THEN a ELSE b END)',
  ])('sees that %s only fills', (text) => {
    expect(conversionOf(text, 'a').kind).toBe('fills');
  });

  it.each([
    "'x'",
    'upper(a)',
    'COALESCE(b, a)',
    "CASE WHEN a IS NULL THEN 'x' ELSE upper(a) END",
    "CASE WHEN a IS NULL THEN 'x' WHEN a = 'y' THEN 'z' ELSE a END",
    "CASE WHEN a IS NOT NULL THEN 'x' ELSE a END",
  ])('sees that %s changes values', (text) => {
    expect(conversionOf(text, 'a').kind).toBe('changes');
  });

  it('says where an expression is no SQL', () => {
    expect(() => conversionOf('a +', 'a')).toThrow('not valid SQL');
  });
});

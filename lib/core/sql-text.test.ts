import { describe, expect, it } from 'vitest';
import { identifierBytes, quoteIdent, quoteLiteral, quoteName } from './sql-text';

describe('quoteIdent', () => {
  it.each([
    ['users', '"users"'],
    ['select', '"select"'],
    ['Mixed Case', '"Mixed Case"'],
    ['a"b', '"a""b"'],
    ['";drop table x;--', '""";drop table x;--"'],
    ['naïve', '"naïve"'],
    ['a.b', '"a.b"'],
  ])('%s', (name, quoted) => {
    expect(quoteIdent(name)).toBe(quoted);
  });
});

describe('quoteName', () => {
  it('quotes schema and name apart', () => {
    expect(quoteName({ schema: 'my"s', name: 'a.b' })).toBe('"my""s"."a.b"');
  });
});

describe('quoteLiteral', () => {
  it.each([
    ['it', "'it'"],
    ["it's", "'it''s'"],
    ['back\\slash', "E'back\\\\slash'"],
    ["\\'", "E'\\\\'''"],
    ['', "''"],
  ])('%s', (text, quoted) => {
    expect(quoteLiteral(text)).toBe(quoted);
  });
});

describe('identifierBytes', () => {
  it('counts UTF-8 bytes, as PostgreSQL does', () => {
    expect(identifierBytes('abc')).toBe(3);
    expect(identifierBytes('ä€')).toBe(5);
  });
});

import { describe, expect, it } from 'vitest';
import { codeTokens } from './code-tokens';

describe('codeTokens', () => {
  it('loses no character', () => {
    const sql = `alter table "a""b" add column x text default 'it''s' -- note\n; select $1::int4, 12.5`;
    expect(
      codeTokens(sql, 'sql')
        .map((token) => token.text)
        .join(''),
    ).toBe(sql);
  });

  it('tells keywords, strings, quoted names and comments apart', () => {
    const kinds = codeTokens(`ALTER "select" 'drop' -- drop`, 'sql').filter(
      (token) => token.text.trim() !== '',
    );
    expect(kinds.map((token) => token.kind)).toEqual(['keyword', 'identifier', 'string', 'comment']);
  });

  it('is case-sensitive outside SQL', () => {
    expect(codeTokens('Const const', 'ts').map((token) => token.kind)).toEqual(['plain', 'plain', 'keyword']);
  });
});

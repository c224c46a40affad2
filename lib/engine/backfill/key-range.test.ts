import { describe, expect, it } from 'vitest';
import { keyRange, keyText } from './key-range';

const one = [{ name: 'id', type: 'bigint' }];
const two = [
  { name: 'tenant', type: 'uuid' },
  { name: 'a"b', type: 'character varying(20)' },
];

describe('keyRange', () => {
  it('is open at both ends without keys', () => {
    expect(keyRange(one, null, null)).toEqual({ condition: 'true', values: [] });
  });

  it('starts after one key and ends with another', () => {
    expect(keyRange(one, ['1'], ['9'])).toEqual({
      condition: '(t."id") > (CAST($1::text AS bigint)) AND (t."id") <= (CAST($2::text AS bigint))',
      values: ['1', '9'],
    });
  });

  it('compares composite keys as rows', () => {
    expect(keyRange(two, ['u', 'x'], null)).toEqual({
      condition: '(t."tenant", t."a""b") > (CAST($1::text AS uuid), CAST($2::text AS character varying(20)))',
      values: ['u', 'x'],
    });
  });

  it('numbers its parameters from 1 where only the end is given', () => {
    expect(keyRange(one, null, ['9']).condition).toBe('(t."id") <= (CAST($1::text AS bigint))');
  });
});

describe('keyRange of types whose operators an empty search_path does not find', () => {
  const mail = { name: 'mail', type: 'public.citext', operators: 'public' };

  it('names them with their schema', () => {
    expect(keyRange([mail], ['a'], ['b']).condition).toBe(
      't."mail" OPERATOR("public".>) CAST($1::text AS public.citext) AND t."mail" OPERATOR("public".<=) CAST($2::text AS public.citext)',
    );
  });

  it('compares column by column, in the order of the key', () => {
    expect(keyRange([one[0] ?? mail, mail], ['1', 'a'], null)).toEqual({
      condition:
        't."id" >= CAST($1::text AS bigint) AND (t."id" > CAST($1::text AS bigint) OR t."id" = CAST($1::text AS bigint) AND t."mail" OPERATOR("public".>) CAST($2::text AS public.citext))',
      values: ['1', 'a'],
    });
  });
});

describe('keyText', () => {
  it('prints a key as texts', () => {
    expect(keyText(two)).toBe('ARRAY[t."tenant"::text, t."a""b"::text]');
  });
});

import { describe, expect, it } from 'vitest';
import { differs, same } from './compare';

const column = (baseType: string, deterministic = true) => ({ baseType, deterministic });

describe('differs and same', () => {
  it.each(['text', 'character', 'integer', 'uuid', 'boolean', 'bytea', 'timestamp with time zone'])(
    'compares %s by its own equality, which sees every byte',
    (type) => {
      expect(differs(column(type), 'a', 'b')).toBe('a IS DISTINCT FROM b');
      expect(same(column(type), 'a', 'b')).toBe('a IS NOT DISTINCT FROM b');
    },
  );

  it.each([
    'numeric',
    'json',
    'jsonb',
    'double precision',
    'interval',
    'public.citext',
    'bpchar',
    'text[]',
    'point',
  ])('compares %s by its image: equal values may differ, or there is no =', (type) => {
    expect(differs(column(type), 'a', 'b')).toBe('pg_catalog.record_image_ne(ROW(a), ROW(b))');
    expect(same(column(type), 'a', 'b')).toBe('pg_catalog.record_image_eq(ROW(a), ROW(b))');
  });

  it('compares text under a nondeterministic collation by its image', () => {
    expect(differs(column('text', false), 'a', 'b')).toContain('record_image_ne');
  });
});

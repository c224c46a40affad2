import { describe, expect, it } from 'vitest';
import { rewriteView } from './rewrite-view';

const rename = (definition: string) =>
  rewriteView(definition, {
    table: { schema: 'public', name: 'items' },
    column: 'name',
    replacement: (qualifier) => `${qualifier}"full_name"`,
    alias: '"name"',
  });

describe('rewriteView', () => {
  it.each([
    [
      "SELECT id, name FROM public.items WHERE name <> 'x' ORDER BY name;",
      'SELECT id, "full_name" AS "name" FROM public.items WHERE "full_name" <> \'x\' ORDER BY "full_name";',
    ],
    [
      'SELECT lower(name) AS l, name AS other FROM public.items;',
      'SELECT lower("full_name") AS l, "full_name" AS other FROM public.items;',
    ],
    [
      'SELECT i.name, o.name AS owner FROM public.items i JOIN public.owners o ON o.name = i.name;',
      'SELECT i."full_name" AS "name", o.name AS owner FROM public.items i JOIN public.owners o ON o.name = i."full_name";',
    ],
    [
      'SELECT s.name FROM (SELECT items.name FROM public.items, public.owners) s;',
      'SELECT s.name FROM (SELECT items."full_name" AS "name" FROM public.items, public.owners) s;',
    ],
    [
      'WITH c AS (SELECT name FROM public.items) SELECT name FROM c UNION SELECT name FROM public.items ORDER BY 1;',
      'WITH c AS (SELECT "full_name" AS "name" FROM public.items) SELECT name FROM c UNION SELECT "full_name" AS "name" FROM public.items ORDER BY 1;',
    ],
    [
      'SELECT o.id FROM public.owners o WHERE EXISTS (SELECT 1 FROM public.items i WHERE i.name = o.name);',
      'SELECT o.id FROM public.owners o WHERE EXISTS (SELECT 1 FROM public.items i WHERE i."full_name" = o.name);',
    ],
    [
      'SELECT i.id FROM public.items i WHERE (SELECT count(*) FROM public.owners WHERE owners.name = i.name) > 0;',
      'SELECT i.id FROM public.items i WHERE (SELECT count(*) FROM public.owners WHERE owners.name = i."full_name") > 0;',
    ],
    [
      'SELECT \'ü\' AS u, "i".name FROM public.items "i", public.x;',
      'SELECT \'ü\' AS u, "i"."full_name" AS "name" FROM public.items "i", public.x;',
    ],
    ['SELECT name FROM other.items;', 'SELECT name FROM other.items;'],
    [
      'SELECT i.id FROM public.items i, LATERAL (SELECT i.name AS n) l;',
      'SELECT i.id FROM public.items i, LATERAL (SELECT i."full_name" AS n) l;',
    ],
  ])('%s', (definition, expected) => {
    expect(rename(definition)).toBe(expected);
  });

  it.each([
    'SELECT i.*::public.items AS row FROM public.items i;',
    'SELECT row_to_json(i.*) AS j FROM public.items i;',
    'SELECT name FROM public.items JOIN public.owners USING (name);',
    'SELECT j.name FROM (public.items i JOIN public.owners o ON o.id = i.id) j;',
    'SELECT i.a FROM public.items i(a, b);',
  ])('does not guess: %s', (definition) => {
    expect(rename(definition)).toBeNull();
  });
});

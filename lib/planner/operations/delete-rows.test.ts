import { describe, expect, it } from 'vitest';
import { memoryOf } from '@/test/memory-of';
import { compilePlan } from '../compile-plan';
import { catalogOf } from '../memory-catalog/catalog-of';

function planOn(tables: string, where?: string) {
  const table = { schema: 'public', name: 'items' };
  return compilePlan(
    { name: 't', dualWrite: 'managed', operations: [{ kind: 'delete_rows', table, as: undefined, where }] },
    catalogOf(memoryOf(tables)),
  );
}

describe('delete_rows', () => {
  it('says what old code meets, and what goes along', () => {
    const plan = planOn(
      'CREATE TABLE items (id int PRIMARY KEY); CREATE TABLE parts (id int PRIMARY KEY, item int REFERENCES items ON DELETE CASCADE)',
      'id < now()::text::int',
    );
    expect(plan.findings.map(({ rule }) => rule).filter((rule) => !rule.startsWith('catalog'))).toEqual([
      'rows-gone-in-sync',
      'rows-go-along',
      'clock-per-batch',
    ]);
    expect(plan.phases.map(({ kind, lossless }) => [kind, lossless])).toEqual([
      ['dual_write', true],
      ['purge', false],
    ]);
    expect(plan.claims.map(({ name }) => name)).toEqual(['items', 'parts']);
  });

  it('locks no table against readers or writers', () => {
    const plan = planOn('CREATE TABLE items (id int PRIMARY KEY)');
    const modes = plan.phases.flatMap(({ steps }) =>
      steps.flatMap(({ locks }) => locks.map(({ mode }) => mode)),
    );
    expect(modes).toEqual(['ROW EXCLUSIVE']);
  });

  it.each([
    ['no key', 'CREATE TABLE items (id int)', /no primary key/],
    [
      'a child without a key',
      'CREATE TABLE items (id int PRIMARY KEY); CREATE TABLE parts (item int REFERENCES items ON DELETE CASCADE)',
      /"public.parts" has no primary key/,
    ],
    [
      'rows that would change',
      'CREATE TABLE items (id int PRIMARY KEY); CREATE TABLE parts (id int PRIMARY KEY, item int REFERENCES items ON DELETE SET NULL)',
      /lose their reference/,
    ],
    [
      'rows that would change, further on',
      'CREATE TABLE items (id int PRIMARY KEY); CREATE TABLE parts (id int PRIMARY KEY, item int REFERENCES items ON DELETE CASCADE); CREATE TABLE screws (part int DEFAULT 1 REFERENCES parts ON DELETE SET DEFAULT)',
      /"public.screws" would lose/,
    ],
    ['a tree', 'CREATE TABLE items (id int PRIMARY KEY, parent int REFERENCES items)', /leads back to it/],
    [
      'a circle',
      'CREATE TABLE items (id int PRIMARY KEY, best int); CREATE TABLE parts (id int PRIMARY KEY, item int REFERENCES items ON DELETE CASCADE); ALTER TABLE items ADD FOREIGN KEY (best) REFERENCES parts',
      /leads back to it/,
    ],
  ])('refuses %s', (_, tables, message) => {
    expect(() => planOn(tables)).toThrow(message);
  });
});

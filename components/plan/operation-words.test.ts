import { describe, expect, it } from 'vitest';
import { operationInWords, operationsInWords } from './operation-words';

const sql = (up: string) =>
  operationInWords({ kind: 'free_sql', phase: 'dual_write', up, tables: [], lossless: true });

describe('operations in words', () => {
  it('say what a team’s SQL does, without what Segue puts around it', () => {
    const kept = 'segue."added_31e8d3132571"';
    expect(
      sql(
        `SET LOCAL search_path TO "public";\nCREATE TABLE ${kept} ("id" integer);\nWITH added AS (INSERT INTO moods SELECT id\nFROM customers\nRETURNING "moods"."id") INSERT INTO ${kept} ("id") SELECT "id" FROM added`,
      ),
    ).toBe('SQL: INSERT INTO moods SELECT id FROM customers');
    expect(sql(`SET LOCAL search_path TO "public";\nDROP TABLE IF EXISTS ${kept}`)).toBe(
      'SQL: drop what was kept for the way back',
    );
    expect(sql('CREATE EXTENSION citext SCHEMA public')).toBe('SQL: CREATE EXTENSION citext SCHEMA public');
    expect(sql(`SELECT '${'x'.repeat(200)}'`)).toHaveLength(85);
  });

  it('name the first of many', () => {
    const table = { schema: 'public', name: 'users' };
    const drops = Array.from(
      { length: 20 },
      (_, n) => ({ kind: 'drop_column', table, column: `c${n}` }) as const,
    );
    expect(operationsInWords(drops, 2)).toBe('users: remove c0 · users: remove c1 · 18 more');
    expect(operationsInWords(drops.slice(0, 3), 2)).toBe(
      'users: remove c0 · users: remove c1 · users: remove c2',
    );
  });
});

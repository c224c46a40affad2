import { describe, expect, it } from 'vitest';
import type { OperationOf } from '@/lib/core/operation';
import { phaseOf, planOf } from '@/test/plan-of';
import { sampleCatalog, sampleColumn, sampleTable } from '@/test/sample-catalog';

const catalog = sampleCatalog(sampleTable([sampleColumn('mood', { type: 'public.mood' })]));
const replace = (rest: Partial<OperationOf<'replace_enum'>> = {}): OperationOf<'replace_enum'> => ({
  kind: 'replace_enum',
  table: { schema: 'public', name: 'users' },
  column: 'mood',
  type: { schema: 'public', name: 'mood_2' },
  values: ['sad', 'ok'],
  map: { blue: 'sad', down: 'sad' },
  keepType: false,
  ...rest,
});

describe('replace_enum', () => {
  it('makes the type first, then swaps under the column’s name, translating there and back', () => {
    const plan = planOf(replace(), catalog);
    expect(phaseOf(plan, 'expand').steps.map((step) => step.id)).toEqual([
      '1.expand.type',
      '1.expand.add_column',
    ]);
    expect(phaseOf(plan, 'expand').steps[0]?.sql[0]).toContain(
      `CREATE TYPE "public"."mood_2" AS ENUM ('sad', 'ok')`,
    );
    const functions = phaseOf(plan, 'dual_write').steps[0]?.sql.join('\n') ?? '';
    expect(functions).toContain(`WHEN 'blue' THEN 'sad' WHEN 'down' THEN 'sad'`);
    // Two old values became one: the way back takes the first.
    expect(functions).toContain(`WHEN 'sad' THEN 'blue'`);
    expect(functions).not.toContain(`WHEN 'sad' THEN 'down'`);
    expect(plan.newCodeFrom).toBe(3);
    expect(plan.oldCodeUntil).toBe(2);
  });

  it('refuses a map to a value that the new type has not', () => {
    expect(() => planOf(replace({ map: { blue: 'happy' } }), catalog)).toThrow(/"happy" is not among/);
  });
});

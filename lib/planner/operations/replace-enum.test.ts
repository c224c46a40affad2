import { describe, expect, it } from 'vitest';
import type { OperationOf } from '@/lib/core/operation';
import { phaseOf, planOf } from '@/test/plan-of';
import { sampleCatalog, sampleColumn, sampleIndex, sampleTable } from '@/test/sample-catalog';

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

  it('is refused under an index that would have to translate values', () => {
    const indexed = sampleCatalog(
      sampleTable([sampleColumn('mood', { type: 'public.mood' })], {
        indexes: [{ ...sampleIndex('users_sad', ['id']), predicate: "mood = 'sad'::public.mood" }],
      }),
    );
    expect(() => planOf(replace(), indexed)).toThrow(/"users_sad" has "public.users.mood" in an expression/);
  });

  it('drops the old type in Delete, after a look at who else uses it, unless it is to stay', () => {
    const purge = phaseOf(planOf(replace(), catalog), 'purge');
    expect(purge.steps.at(-1)?.sql[0]).toContain('DROP TYPE public.mood;');
    expect(purge.entryChecks.at(-1)?.work).toMatchObject({ kind: 'type_unused', type: 'public.mood' });
    const kept = planOf(replace({ keepType: true }), catalog);
    expect(phaseOf(kept, 'purge').steps.map((step) => step.id)).not.toContain('1.purge.old_type');
    expect(kept.findings.map(({ rule }) => rule)).toContain('old-enum-stays');
  });

  it('gives the new column its default as a value, so that nothing names the old type', () => {
    const withDefault = (text: string) =>
      sampleCatalog(sampleTable([sampleColumn('mood', { type: 'public.mood', default: text })]));
    const swap = (text: string) =>
      phaseOf(planOf(replace(), withDefault(text)), 'switch')
        .steps.at(-1)
        ?.sql.join('\n');
    expect(swap("'blue'::public.mood")).toContain(`SET DEFAULT 'sad'::"public"."mood_2"`);
    expect(swap("'ok'::public.mood")).toContain(`SET DEFAULT 'ok'::"public"."mood_2"`);
    expect(swap('public.first_mood()')).toContain('SET DEFAULT CAST(');
  });
});

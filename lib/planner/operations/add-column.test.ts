import { describe, expect, it } from 'vitest';
import type { Operation } from '@/lib/core/operation';
import { operationOn, phaseOf, planOf } from '@/test/plan-of';

const keepOf = (type: string, fallback?: string) => {
  const rest = fallback === undefined ? {} : { default: fallback };
  const [step] = phaseOf(planOf(operationOn.add('extra', type, rest)), 'expand').steps;
  return step?.keep?.holdsValues;
};

describe('a value that takes any of several rows', () => {
  const any = '(SELECT u.id FROM public.people u WHERE u.mail = users.name LIMIT 1)';
  const planned = (value: string, before: readonly Operation[] = []) => {
    const { findings, phases } = planOf([
      ...before,
      operationOn.add('owner', 'bigint', { nullable: false, value }),
    ]);
    const checks = phases.flatMap(({ entryChecks }) => entryChecks).map(({ id }) => id);
    return {
      said: findings.filter(({ rule }) => rule === 'several-matches').map(({ message }) => message),
      asked: checks.filter((id) => id.endsWith('several_matches')),
    };
  };

  it('is said, and looked at before Sync', () => {
    expect(planned(any)).toEqual({
      said: [expect.stringContaining('Sync does not begin and names that row')],
      asked: ['1.several_matches'],
    });
  });

  it('is said to be left to chance where nobody can look beforehand', () => {
    const left = [expect.stringContaining('any of them is taken, as PostgreSQL itself would')];
    expect(planned(`COALESCE(${any}, 1)`)).toEqual({ said: left, asked: [] });
    expect(planned(any, [operationOn.setNotNull('name', "''")])).toEqual({ said: left, asked: [] });
  });

  it('is certain with an order, and where it is no value', () => {
    const ordered = any.replace('LIMIT', 'ORDER BY u.id LIMIT');
    const found = `CASE WHEN EXISTS ${any} THEN 1 ELSE 2 END`;
    for (const value of [ordered, found, '1']) expect(planned(value)).toEqual({ said: [], asked: [] });
  });
});

describe('undoing an added column', () => {
  it('looks for values other than the default', () => {
    expect(keepOf('text', "'x'")).toBe(
      `t."segue_retired_9f86d081_extra" IS DISTINCT FROM CAST(('x') AS text)`,
    );
    expect(keepOf('text')).toBe('t."segue_retired_9f86d081_extra" IS NOT NULL');
  });

  it('compares types without = by their image', () => {
    expect(keepOf('json', "'{}'")).toBe(
      `pg_catalog.record_image_ne(ROW(t."segue_retired_9f86d081_extra"), ROW(CAST(('{}') AS json)))`,
    );
    expect(keepOf('json')).toBe('t."segue_retired_9f86d081_extra" IS NOT NULL');
  });

  it('renames it away before it looks, so that nobody can write it any more', () => {
    const [step] = phaseOf(planOf(operationOn.add('extra', 'text')), 'expand').steps;
    expect(step?.keep).toMatchObject({
      retire: ['ALTER TABLE "public"."users" RENAME COLUMN "extra" TO "segue_retired_9f86d081_extra"'],
      bringBack: ['ALTER TABLE "public"."users" RENAME COLUMN "segue_retired_9f86d081_extra" TO "extra"'],
      drop: ['ALTER TABLE "public"."users" DROP COLUMN "segue_retired_9f86d081_extra"'],
    });
  });
});

import { describe, expect, it } from 'vitest';
import { operationOn, phaseOf, planOf } from '@/test/plan-of';

const keepOf = (type: string, fallback?: string) => {
  const rest = fallback === undefined ? {} : { default: fallback };
  const [step] = phaseOf(planOf(operationOn.add('extra', type, rest)), 'expand').steps;
  return step?.keep?.holdsValues;
};

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

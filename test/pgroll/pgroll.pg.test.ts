import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { planTransition } from '@/lib/engine/plan-transition';
import { readSchemaFor } from '@/lib/engine/read-schema-for';
import { openTarget, type Target } from '@/lib/engine/target';
import { PGROLL_KINDS } from '@/lib/planner/from-pgroll/pgroll-file';
import { pgrollReading } from '@/lib/planner/from-pgroll/pgroll-reading';
import { relationsOfPgroll } from '@/lib/planner/from-pgroll/relations-of-pgroll';
import { memoryFrom } from '@/lib/planner/memory-catalog/memory-from';
import { createTestDatabase, type TestDatabase } from '../postgres/test-database';
import { FEWER_MAJORS } from '../postgres/test-majors';
import { PGROLL_CASES, PGROLL_SETUP, type PgrollCase } from './pgroll-cases';

it('has a case for each kind of operation of pgroll', () => {
  const kinds = new Set(PGROLL_CASES.map(({ yaml }) => yaml.split(':')[0]));
  expect([...kinds].sort()).toEqual([...PGROLL_KINDS].sort());
});

describe.each(FEWER_MAJORS)('pgroll migrations, planned on PostgreSQL %i', (major) => {
  let database: TestDatabase;
  let target: Target;

  beforeAll(async () => {
    database = await createTestDatabase({ major, setup: PGROLL_SETUP });
    target = openTarget({ url: database.owner.url });
  });
  afterAll(async () => {
    await target.close();
    await database.drop();
  });

  const read = async ({ yaml, answers = {}, blind }: PgrollCase) => {
    const file: unknown = parse(`operations:\n  - ${yaml.replaceAll('\n', '\n    ')}\n`);
    const memory = blind === true ? null : memoryFrom(await readSchemaFor(target, relationsOfPgroll(file)));
    return pgrollReading(file, { name: '01_change', memory, answers });
  };

  it.each(PGROLL_CASES)('$name', async (each) => {
    const { spec, statements, assumptions } = await read(each);
    const [{ fate } = { fate: null }] = statements;
    if (each.refused !== undefined) {
      expect(fate).toMatchObject({ kind: 'refused', code: each.refused, next: expect.stringMatching(/\.$/) });
      expect(spec).toBeNull();
      return;
    }
    if (each.asks !== undefined) {
      expect(fate).toEqual({ kind: 'asks', question: each.asks });
      expect(spec).toBeNull();
      return;
    }
    expect(spec?.operations).toMatchObject(each.becomes ?? []);
    expect(spec?.operations).toHaveLength(each.becomes?.length ?? -1);
    if (each.assumes !== undefined) expect(assumptions.join('\n')).toMatch(each.assumes);
    if (spec === null) return;
    const planned = planTransition(target, spec);
    if (each.plannerSays === undefined) expect((await planned).phases.length).toBeGreaterThan(0);
    else await expect(planned).rejects.toThrow(each.plannerSays);
  });
});

import { describe, expect, it } from 'vitest';
import type { OperationOf } from '@/lib/core/operation';
import { outlineOf, phaseOf, planOf } from '@/test/plan-of';
import { sampleCatalog, sampleColumn, sampleIndex, sampleTable } from '@/test/sample-catalog';

const table = { schema: 'public', name: 'users' };
const split: OperationOf<'split_column'> = {
  kind: 'split_column',
  table,
  column: 'name',
  first: 'first_name',
  firstUp: 'lower(name)',
  second: 'last_name',
  secondUp: 'lower(name)',
  firstNotNull: false,
  firstIndex: false,
  secondNotNull: false,
  secondIndex: false,
  down: "first_name || ' ' || last_name",
};
const merge: OperationOf<'merge_columns'> = {
  kind: 'merge_columns',
  table,
  first: 'a',
  second: 'b',
  to: 'whole',
  up: 'a || b',
  notNull: false,
  index: false,
  firstDown: 'whole',
  secondDown: 'lower(whole)',
};

describe('split_column', () => {
  it('goes through all phases, fills both columns of a row at once', () => {
    const plan = planOf(split);
    expect(outlineOf(plan)).toEqual([
      'expand: add_column.first_name, add_column.last_name',
      'dual_write: sync, backfill, analyze',
      'switch: lead',
      'contract: retire.name',
      'purge: drop',
    ]);
    expect(plan).toMatchObject({ newCodeFrom: 2, oldCodeUntil: 3 });
    expect(phaseOf(plan, 'dual_write').steps[1]?.backfill?.also).toContain(', "last_name" = ');
  });

  it('compares all rows at the end of Sync; Switch and Retire may rest on that while the triggers stand', () => {
    const plan = planOf(split);
    const comparisons = plan.phases
      .flatMap((phase) => [...phase.entryChecks, ...phase.exitChecks])
      .flatMap(({ work }) => (work.kind === 'mismatches' ? [work] : []));
    expect(comparisons.map((work) => [work.sync?.length ?? 0, work.mayBeRecent ?? false])).toEqual([
      [4, false],
      [4, true],
      [4, true],
      [0, false],
    ]);
  });

  it('names what is not carried over', () => {
    const catalog = sampleCatalog(
      sampleTable([sampleColumn('name', { notNull: true })], {
        indexes: [sampleIndex('users_name_idx', ['name'])],
      }),
    );
    expect(planOf(split, catalog).findings.map((finding) => finding.rule)).toEqual([
      'index-not-carried-over',
      'old-side-not-null',
      'not-null-not-carried-over',
    ]);
  });

  it('gives the new columns what is asked for: NOT NULL proven in Sync, an index built in Sync', () => {
    const plan = planOf({ ...split, firstNotNull: true, secondIndex: true });
    expect(outlineOf(plan)).toEqual([
      'expand: add_column.first_name, add_column.last_name',
      'dual_write: sync, backfill, index.users_last_name_idx, constraint.segue_nn_9f86d081_1_1, validate.segue_nn_9f86d081_1_1, analyze',
      'switch: lead',
      'contract: retire.name',
      'purge: drop',
    ]);
    expect(phaseOf(plan, 'switch').steps[0]?.sql[0]).toContain('"first_name" SET NOT NULL');
    expect(phaseOf(plan, 'dual_write').steps[1]?.backfill).toMatchObject({ onFailure: 'reject' });
  });

  it('gives column rights that are held on all old columns, and names those that are not', () => {
    const grant = (grantee: string) => ({ grantee, privilege: 'SELECT' as const, grantable: false });
    const plan = planOf(
      merge,
      sampleCatalog(
        sampleTable([
          sampleColumn('a', { grants: [grant('app'), grant('report')], comment: 'one' }),
          sampleColumn('b', { grants: [grant('app')], comment: 'other' }),
        ]),
      ),
    );
    expect(phaseOf(plan, 'expand').steps[0]?.sql.slice(1)).toEqual([
      'GRANT SELECT ("whole") ON "public"."users" TO "app"',
      `COMMENT ON COLUMN "public"."users"."whole" IS 'one; other'`,
    ]);
    expect(plan.findings.map((finding) => finding.rule)).toEqual(['grants-not-carried-over']);
  });

  it('is refused on a column with a default, and with another column in the SQL', () => {
    const catalog = sampleCatalog(sampleTable([sampleColumn('name', { default: "'x'" })]));
    expect(() => planOf(split, catalog)).toThrow(/has a default/);
    expect(() => planOf({ ...split, firstUp: 'id::text' })).toThrow(/cannot be used here/);
  });
});

describe('merge_columns', () => {
  it('retires one old column after the other, each with the function that knows its new name', () => {
    const plan = planOf(merge, sampleCatalog(sampleTable([sampleColumn('a'), sampleColumn('b')])));
    const [first, second] = phaseOf(plan, 'contract').steps;
    expect(first?.sql[1]).toContain('"segue_retired_9f86d081_a"');
    expect(first?.sql[1]).not.toContain('"segue_retired_9f86d081_b"');
    expect(second?.sql[1]).toContain('"segue_retired_9f86d081_b"');
    expect(second?.undo[1]).toBe(first?.sql[1]);
  });
});

import { describe, expect, it } from 'vitest';
import type { Operation } from '@/lib/core/operation';
import type { Step } from '@/lib/core/plan';
import { operationOn, phaseOf, planOf } from '@/test/plan-of';
import { sampleCatalog, sampleColumn, sampleIndex, sampleTable } from '@/test/sample-catalog';
import { bareForeignKey } from '../bare-catalog';
import type { ColumnInfo, ForeignKey, TableInfo } from '../catalog';

const rename = operationOn.rename('name', 'title');

function stepsOf(
  table: Partial<TableInfo>,
  column: Partial<ColumnInfo> = {},
  operation: Operation = rename,
): readonly Step[] {
  const columns = [sampleColumn('name', column), sampleColumn('other')];
  return phaseOf(planOf(operation, sampleCatalog(sampleTable(columns, table))), 'dual_write').steps;
}

const sqlOf = (steps: readonly Step[], slug: RegExp) =>
  steps.filter((step) => slug.test(step.id)).flatMap((step) => step.sql);

const names = { schema: 'shop', name: 'names' };
const foreignKey: ForeignKey = {
  ...bareForeignKey('users_name_fkey', ['name', 'other'], names, ['a', 'b']),
  onUpdate: 'CASCADE',
  onDelete: 'SET NULL',
  match: 'FULL',
  deferrable: true,
  initiallyDeferred: true,
  comment: 'who',
};

describe('indexes on the new column', () => {
  it('keep order, operator class, included columns, options, predicate and comment', () => {
    const index = sampleIndex('users_name_idx', ['name', 'other'], {
      columns: [
        {
          name: 'name',
          expression: null,
          opclass: 'pg_catalog.text_pattern_ops',
          collation: 'pg_catalog."C"',
          equality: null,
          descending: true,
          nullsFirst: false,
          opclassOptions: [],
          statistics: null,
        },
        {
          name: null,
          expression: 'lower(name)',
          opclass: null,
          collation: null,
          equality: null,
          descending: false,
          nullsFirst: true,
          opclassOptions: [],
          statistics: null,
        },
        {
          name: 'other',
          expression: null,
          opclass: null,
          collation: null,
          equality: null,
          descending: false,
          nullsFirst: false,
          opclassOptions: [],
          statistics: null,
        },
      ],
      include: ['id'],
      options: ['fillfactor=70'],
      predicate: '(name IS NOT NULL)',
      comment: 'for search',
    });
    const steps = stepsOf({ indexes: [index] });
    expect(sqlOf(steps, /index/)).toEqual([
      `CREATE INDEX CONCURRENTLY "users_title_idx" ON "public"."users" USING "btree" ("title" COLLATE pg_catalog."C" pg_catalog.text_pattern_ops DESC NULLS LAST, (lower("title")) NULLS FIRST, "other") INCLUDE ("id") WITH (fillfactor=70) WHERE ("title" IS NOT NULL)`,
    ]);
    expect(sqlOf(steps, /unique/)).toEqual([`COMMENT ON INDEX "public"."users_title_idx" IS 'for search'`]);
  });

  it('leave indexes over other columns alone', () => {
    expect(sqlOf(stepsOf({ indexes: [sampleIndex('users_other_idx', ['other'])] }), /index/)).toEqual([]);
  });

  it('become the unique constraint where the old one is one, deferrable included', () => {
    const index = sampleIndex('users_name_key', ['name'], {
      unique: true,
      constraint: 'users_name_key',
      deferrable: true,
      initiallyDeferred: true,
      nullsNotDistinct: true,
    });
    const steps = stepsOf({ indexes: [index] });
    expect(sqlOf(steps, /index/)[0]).toBe(
      'CREATE UNIQUE INDEX CONCURRENTLY "users_title_key" ON "public"."users" USING "btree" ("title") NULLS NOT DISTINCT',
    );
    expect(sqlOf(steps, /unique/)).toEqual([
      'ALTER TABLE "public"."users" ADD CONSTRAINT "users_title_key" UNIQUE USING INDEX "users_title_key" DEFERRABLE INITIALLY DEFERRED',
    ]);
  });

  it('step aside for names that are taken', () => {
    const table = { indexes: [sampleIndex('users_name_idx', ['name'])], takenNames: ['users_title_idx'] };
    expect(sqlOf(stepsOf(table), /index/)[0]).toContain('"users_title_idx_1"');
  });

  it('ask the conversion back where a change of type meets an expression', () => {
    const index = sampleIndex('users_lower', ['name'], {
      columns: [
        {
          name: null,
          expression: 'lower(name)',
          opclass: null,
          collation: null,
          equality: null,
          descending: false,
          nullsFirst: false,
          opclassOptions: [],
          statistics: null,
        },
      ],
    });
    const operation = operationOn.changeType('name', 'integer', {
      to: 'n',
      down: 'n::text',
      onFailure: 'reject',
    });
    expect(sqlOf(stepsOf({ indexes: [index] }, {}, operation), /index/)[0]).toMatch(
      /lower\(\(CAST\(\("n"::text\) AS text\)\)\)/,
    );
  });
});

describe('constraints on the new column', () => {
  it('checks are asked NOT VALID, then proven in a step of their own', () => {
    const steps = stepsOf({
      checks: [
        {
          name: 'users_name_check',
          columns: ['name'],
          expression: "(name <> ''::text)",
          validated: true,
          noInherit: false,
          enforced: true,
          comment: null,
        },
      ],
    });
    expect(sqlOf(steps, /constraint/)).toEqual([
      `ALTER TABLE "public"."users" ADD CONSTRAINT "users_title_check" CHECK (("title" <> ''::text)) NOT VALID`,
    ]);
    expect(sqlOf(steps, /validate/)).toEqual([
      'ALTER TABLE "public"."users" VALIDATE CONSTRAINT "users_title_check"',
    ]);
  });

  it('foreign keys keep columns, actions, matching, deferral and comment, and name the parent in their locks', () => {
    const steps = stepsOf({ foreignKeys: [foreignKey] });
    expect(sqlOf(steps, /constraint/)).toEqual([
      'ALTER TABLE "public"."users" ADD CONSTRAINT "users_title_fkey" FOREIGN KEY ("title", "other") REFERENCES "shop"."names" ("a", "b") MATCH FULL ON UPDATE CASCADE ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED NOT VALID',
      `COMMENT ON CONSTRAINT "users_title_fkey" ON "public"."users" IS 'who'`,
    ]);
    const add = steps.find((step) => step.id.includes('constraint'));
    expect(add?.locks).toEqual([
      { relation: 'public.users', mode: 'SHARE ROW EXCLUSIVE' },
      { relation: 'shop.names', mode: 'SHARE ROW EXCLUSIVE' },
    ]);
    expect(add?.impact).toBe('May pause writes to users and shop.names up to 400 ms.');
  });
});

describe('the bare new column', () => {
  it('gets collation, statistics, grants and comment of the old one', () => {
    const column: Partial<ColumnInfo> = {
      collation: 'pg_catalog."C"',
      statistics: 500,
      comment: "it's",
      grants: [
        { grantee: 'app', privilege: 'SELECT', grantable: false },
        { grantee: 'public', privilege: 'UPDATE', grantable: true },
      ],
    };
    const table = sampleTable([sampleColumn('name', column)]);
    expect(phaseOf(planOf(rename, sampleCatalog(table)), 'expand').steps[0]?.sql).toEqual([
      'ALTER TABLE "public"."users" ADD COLUMN "title" text COLLATE pg_catalog."C"',
      'ALTER TABLE "public"."users" ALTER COLUMN "title" SET STATISTICS 500',
      'GRANT SELECT ("title") ON "public"."users" TO "app"',
      'GRANT UPDATE ("title") ON "public"."users" TO PUBLIC WITH GRANT OPTION',
      `COMMENT ON COLUMN "public"."users"."title" IS 'it''s'`,
    ]);
  });

  it('takes the default and the sequence over at Retire, and gives them back', () => {
    const column = { default: "nextval('public.s'::regclass)", ownedSequences: ['public.s'] };
    const plan = planOf(rename, sampleCatalog(sampleTable([sampleColumn('name', column)])));
    const [retire] = phaseOf(plan, 'contract').steps;
    expect(retire?.sql.slice(0, 3)).toEqual([
      'ALTER SEQUENCE public.s OWNED BY "public"."users"."title"',
      `ALTER TABLE "public"."users" ALTER COLUMN "title" SET DEFAULT nextval('public.s'::regclass)`,
      'ALTER TABLE "public"."users" ALTER COLUMN "name" DROP DEFAULT',
    ]);
    expect(retire?.undo).toContain('ALTER SEQUENCE public.s OWNED BY "public"."users"."name"');
    expect(retire?.undo).toContain(
      `ALTER TABLE "public"."users" ALTER COLUMN "name" SET DEFAULT nextval('public.s'::regclass)`,
    );
  });
});

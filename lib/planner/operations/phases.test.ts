import { describe, expect, it } from 'vitest';
import type { Operation } from '@/lib/core/operation';
import { operationOn, outlineOf, phaseOf, planOf } from '@/test/plan-of';
import { sampleCatalog, sampleColumn, sampleIndex, sampleTable } from '@/test/sample-catalog';
import type { ColumnInfo, TableInfo } from '../catalog';

interface Case {
  readonly what: string;
  readonly operation: Operation;
  readonly column?: ColumnInfo;
  readonly table?: Partial<TableInfo>;
  readonly outline: readonly string[];
  readonly newCodeFrom: number;
  readonly oldCodeUntil: number;
}

const unique = sampleIndex('users_name_key', ['name'], { unique: true, constraint: 'users_name_key' });

/** Phases, steps, and from and until when new and old code may run: the design's table, row by row. */
const CASES: readonly Case[] = [
  {
    what: 'add a nullable column',
    operation: operationOn.add('phone', 'text'),
    outline: ['expand: add_column'],
    newCodeFrom: 1,
    oldCodeUntil: 1,
  },
  {
    what: 'add a column with a constant default',
    operation: operationOn.add('phone', 'text', { default: "''" }),
    outline: ['expand: add_column'],
    newCodeFrom: 1,
    oldCodeUntil: 1,
  },
  {
    what: 'add a NOT NULL column with a constant default',
    operation: operationOn.add('phone', 'text', { default: "''", nullable: false }),
    outline: ['expand: add_column'],
    newCodeFrom: 1,
    oldCodeUntil: 1,
  },
  {
    what: 'add a nullable column with a volatile default',
    operation: operationOn.add('token', 'uuid', { default: 'gen_random_uuid()' }),
    outline: ['expand: add_column', 'dual_write: set_default, backfill'],
    newCodeFrom: 2,
    oldCodeUntil: 2,
  },
  {
    what: 'add a NOT NULL column with a value',
    operation: operationOn.add('slug', 'text', { nullable: false, value: 'lower(name)' }),
    outline: [
      'expand: add_column',
      'dual_write: fill, backfill, constraint.segue_nn_9f86d081_1, validate.segue_nn_9f86d081_1',
      'switch: set_not_null',
      'contract: stop_filling, prove_back, drop_proof',
    ],
    newCodeFrom: 2,
    oldCodeUntil: 3,
  },
  {
    what: 'add a NOT NULL column with a volatile default: old code may run for ever',
    operation: operationOn.add('token', 'uuid', { nullable: false, default: 'gen_random_uuid()' }),
    outline: [
      'expand: add_column',
      'dual_write: fill, backfill, constraint.segue_nn_9f86d081_1, validate.segue_nn_9f86d081_1',
      'switch: set_not_null',
      'contract: stop_filling, prove_back, drop_proof',
    ],
    newCodeFrom: 2,
    oldCodeUntil: 4,
  },
  {
    what: 'change a type under its own name: the hand-over is the swap',
    operation: operationOn.changeType('name', 'integer', { onFailure: 'quarantine' }),
    outline: [
      'expand: add_column',
      'dual_write: sync, backfill, analyze',
      'switch: swap',
      'contract: retire',
      'purge: drop',
    ],
    newCodeFrom: 3,
    oldCodeUntil: 2,
  },
  {
    what: 'rename a column',
    operation: operationOn.rename('name', 'full_name'),
    outline: [
      'expand: add_column',
      'dual_write: sync, backfill, analyze',
      'switch: lead',
      'contract: retire',
      'purge: drop',
    ],
    newCodeFrom: 2,
    oldCodeUntil: 3,
  },
  {
    what: 'rename a NOT NULL column with a unique constraint',
    operation: operationOn.rename('name', 'full_name'),
    column: sampleColumn('name', { notNull: true }),
    table: { indexes: [unique] },
    outline: [
      'expand: add_column',
      'dual_write: sync, backfill, index.users_full_name_key, unique.users_full_name_key, constraint.segue_nn_9f86d081_1, validate.segue_nn_9f86d081_1, analyze',
      'switch: lead',
      'contract: retire',
      'purge: drop',
    ],
    newCodeFrom: 2,
    oldCodeUntil: 3,
  },
  {
    what: 'change a type',
    operation: operationOn.changeType('name', 'integer', { to: 'number', onFailure: 'quarantine' }),
    outline: [
      'expand: add_column',
      'dual_write: sync, backfill, analyze',
      'switch: lead',
      'contract: retire',
      'purge: drop',
    ],
    newCodeFrom: 2,
    oldCodeUntil: 3,
  },
  {
    what: 'change the type of a NOT NULL column: the way back proves it again',
    operation: operationOn.changeType('name', 'integer', { to: 'number', onFailure: 'reject' }),
    column: sampleColumn('name', { notNull: true }),
    outline: [
      'expand: add_column',
      'dual_write: sync, backfill, constraint.segue_nn_9f86d081_1, validate.segue_nn_9f86d081_1, analyze',
      'switch: lead',
      'contract: retire, prove_back, ask_back',
      'purge: drop',
    ],
    newCodeFrom: 2,
    oldCodeUntil: 3,
  },
  {
    what: 'drop a nullable column',
    operation: operationOn.drop('name'),
    outline: ['switch: –', 'contract: retire', 'purge: drop'],
    newCodeFrom: 0,
    oldCodeUntil: 1,
  },
  {
    what: 'drop a NOT NULL column',
    operation: operationOn.drop('name', "''"),
    column: sampleColumn('name', { notNull: true }),
    outline: ['expand: relax', 'switch: –', 'contract: retire', 'purge: drop'],
    newCodeFrom: 1,
    oldCodeUntil: 2,
  },
  {
    what: 'set NOT NULL',
    operation: operationOn.setNotNull('name', "''"),
    outline: [
      'dual_write: fill, backfill, constraint.segue_nn_9f86d081_1, validate.segue_nn_9f86d081_1',
      'switch: set_not_null',
      'contract: stop_filling, prove_back, drop_proof',
    ],
    newCodeFrom: 0,
    oldCodeUntil: 2,
  },
];

const planFor = ({ operation, column, table }: Case) =>
  planOf(operation, sampleCatalog(sampleTable([column ?? sampleColumn('name')], table)));

describe.each(CASES)('$what', (given) => {
  const plan = planFor(given);

  it('has these phases and steps', () => {
    expect(outlineOf(plan)).toEqual(given.outline);
    expect(plan.phases.map((phase) => phase.number)).toEqual(plan.phases.map((_, index) => index + 1));
  });

  it('says from when new and until when old code may run', () => {
    expect([plan.newCodeFrom, plan.oldCodeUntil]).toEqual([given.newCodeFrom, given.oldCodeUntil]);
  });

  it('does no long work under a lock that blocks: what scans blocks nobody', () => {
    for (const step of plan.phases.flatMap((phase) => phase.steps)) {
      expect(step.rewrites).toBe(false);
      if (step.scans) expect(step.impact).toBe('Blocks nobody.');
    }
  });

  it('keeps all long work in dual_write', () => {
    for (const phase of plan.phases.filter((each) => each.kind !== 'dual_write'))
      expect(phase.steps.filter((step) => step.scans)).toEqual([]);
  });

  it('can be undone everywhere but in purge', () => {
    for (const phase of plan.phases) {
      if (phase.kind === 'purge') {
        expect(phase.steps.flatMap((step) => step.undo)).toEqual([]);
        expect(phase.rollback).toContain('Cannot be rolled back.');
        expect(phase.lossless).toBe(false);
      } else {
        for (const step of phase.steps.filter((each) => each.kind === 'ddl' && each.sql.length > 0))
          expect(step.undo, step.id).not.toEqual([]);
      }
    }
  });

  it('asks for an end of long transactions before every phase that takes a strong lock', () => {
    for (const phase of plan.phases) {
      const strong = phase.steps.some((step) => step.impact !== 'Blocks nobody.');
      expect(phase.entryChecks.some((check) => check.id === 'long_transactions')).toBe(strong);
    }
  });

  it('gives every step an id of its own', () => {
    const ids = plan.phases.flatMap((phase) => phase.steps.map((step) => step.id));
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('what the phases ask', () => {
  it('a rename asks whether old code is gone before it retires the column, and offers code for every tool', () => {
    const plan = planOf(operationOn.rename('name', 'full_name'));
    const { deploy } = phaseOf(plan, 'contract');
    expect(deploy?.question).toBe('Is every version that uses "name" out of service?');
    expect(Object.keys(deploy?.code ?? {}).sort()).toEqual(['drizzle', 'knex', 'prisma', 'sql']);
    expect(phaseOf(plan, 'switch').deploy?.question).toBeNull();
  });

  it('a change of type checks the round trip at the end of dual_write and the exceptions on the way back', () => {
    const plan = planOf(operationOn.changeType('name', 'integer', { to: 'number', onFailure: 'quarantine' }));
    expect(phaseOf(plan, 'dual_write').exitChecks.map((check) => check.work.kind)).toContain('round_trip');
    expect(phaseOf(plan, 'dual_write').rollbackChecks.map((check) => check.id)).toEqual(['1.exceptions_new']);
  });

  it('a NOT NULL that PostgreSQL keeps by name comes back under that name', () => {
    const undo = (notNullName: string | null) =>
      phaseOf(
        planOf(
          operationOn.changeType('name', 'integer', { to: 'number', onFailure: 'reject' }),
          sampleCatalog(sampleTable([sampleColumn('name', { notNull: true, notNullName })])),
        ),
        'contract',
      ).steps[0]?.undo;
    expect(undo('title_not_null')).toContain(
      'ALTER TABLE "public"."users" ADD CONSTRAINT "title_not_null" NOT NULL "name"',
    );
    expect(undo(null)).toContain('ALTER TABLE "public"."users" ALTER COLUMN "name" SET NOT NULL');
  });

  it('a default that is there serves as restore, and the plan says so', () => {
    const catalog = sampleCatalog(
      sampleTable([sampleColumn('name', { notNull: true, default: "'EU'::text" })]),
    );
    const plan = planOf(operationOn.drop('name', "'US'"), catalog);
    expect(outlineOf(plan)).toEqual(['switch: –', 'contract: retire', 'purge: drop']);
    expect(plan.findings.map((finding) => finding.rule)).toEqual(['restore-not-used']);
  });

  it('purge waits for the retention time, for agreement and for dependants', () => {
    const plan = planOf(operationOn.rename('name', 'full_name'));
    expect(phaseOf(plan, 'purge').entryChecks.map((check) => check.work.kind)).toEqual([
      'long_transactions',
      'retention',
      'mismatches',
      'dependents',
    ]);
  });

  it('a change of type that may fail warns until onFailure says what becomes of such values', () => {
    const silent = planOf(operationOn.changeType('name', 'integer', { to: 'number' }));
    expect(silent.findings.map((finding) => finding.rule)).toContain('conversion-can-fail');
    const said = planOf(operationOn.changeType('name', 'integer', { to: 'number', onFailure: '0' }));
    expect(said.findings).toEqual([]);
    const widening = planOf(
      operationOn.changeType('n', 'bigint', { to: 'm' }),
      sampleCatalog(sampleTable([sampleColumn('n', { type: 'integer' })])),
    );
    expect(widening.findings.map((finding) => finding.message)).toEqual([expect.stringContaining('(down)')]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toTransitionSpec, transitionFileSchema } from '@/lib/core/operation';
import type { Plan, Step } from '@/lib/core/plan';
import { createTestDatabase, type TestDatabase } from '@/test/postgres/test-database';
import { FEWER_MAJORS } from '@/test/postgres/test-majors';
import { planTransition } from './plan-transition';
import { runThrough } from './prove/run-through';
import { fixPlan, requireRollout } from './rollouts';
import { openTarget, type Target } from './target';

describe.each(FEWER_MAJORS)('a step before it runs, on PostgreSQL %i', (major) => {
  let database: TestDatabase;
  let target: Target;
  beforeAll(async () => {
    database = await createTestDatabase({
      major,
      setup: `CREATE TABLE guests (id int PRIMARY KEY, name text, room int, CONSTRAINT named CHECK (name IS NOT NULL));
        CREATE TABLE rooms (id int PRIMARY KEY);
        INSERT INTO rooms VALUES (1); INSERT INTO guests VALUES (1, 'Ada', 1);
        CREATE TABLE nobody (id int PRIMARY KEY, name text)`,
    });
    target = openTarget({ url: database.owner.url });
  });
  afterAll(async () => {
    await target.close();
    await database.drop();
  });

  /** A transition of one step whose SQL is another than the planner's. */
  async function run(name: string, sql: readonly string[], step: Partial<Step> = {}) {
    const spec = toTransitionSpec(
      transitionFileSchema.parse({
        name,
        operations: [{ set_default: { table: 'guests', column: 'room', default: '7' } }],
      }),
    );
    const plan = await planTransition(target, spec);
    const phases = plan.phases.map((phase) => ({
      ...phase,
      steps: phase.steps.map((each) => ({ ...each, sql, ...step })),
    }));
    const forged: Plan = { ...plan, phases };
    const { id } = await fixPlan(target, { plan: forged, managedBy: null, acknowledged: ['*'] });
    const outcome = await runThrough(target, id, 1);
    const { position } = await requireRollout(target, { id });
    if (position === 1) await runThrough(target, id, 0);
    return outcome.kind === 'failed' ? outcome.error : outcome.kind;
  }

  it.each([
    [
      'type',
      'ALTER TABLE public.guests ALTER name TYPE varchar(9)',
      /write every row anew of public\.guests while public\.guests is locked \(ACCESS EXCLUSIVE\)/,
    ],
    [
      'key',
      'ALTER TABLE public.guests ADD FOREIGN KEY (room) REFERENCES public.rooms',
      /read every row of public\.guests/,
    ],
    [
      'index',
      'CREATE INDEX ON public.guests (room)',
      /build an index over public\.guests while public\.guests is locked \(SHARE\)/,
    ],
    [
      'not null',
      'ALTER TABLE public.guests ALTER room SET NOT NULL',
      /read every row of public\.guests .* which the step "/,
    ],
  ])(
    'is refused where it would work under a strong lock and does not say so: %s',
    async (name, statement, words) => {
      const before = await target.sql`SELECT pg_relation_filenode('public.guests') AS node`;
      expect(await run(name, [statement])).toMatchObject({
        code: 'step_failed',
        message: expect.stringMatching(words),
        evidence: { statement, relation: 'public.guests' },
      });
      expect(await target.sql`SELECT pg_relation_filenode('public.guests') AS node`).toEqual(before);
    },
  );

  it('is refused for what it does under a lock of an earlier statement', async () => {
    expect(
      await run('held', [
        'ALTER TABLE public.guests ADD CONSTRAINT low CHECK (room < 9) NOT VALID',
        'ALTER TABLE public.guests VALIDATE CONSTRAINT low',
      ]),
    ).toMatchObject({ code: 'step_failed', message: expect.stringContaining('VALIDATE CONSTRAINT') });
  });

  it('runs where a proof spares the reading, where the table is empty, and where the step says what it does', async () => {
    const undo = ['ALTER TABLE public.guests ALTER name DROP NOT NULL'];
    expect(await run('proven', ['ALTER TABLE public.guests ALTER name SET NOT NULL'], { undo })).toBe(
      'completed',
    );
    expect(
      await run('empty', ['ALTER TABLE public.nobody ADD CHECK (name IS NOT NULL)'], {
        undo: ['ALTER TABLE public.nobody DROP CONSTRAINT nobody_name_check'],
      }),
    ).toBe('completed');
    expect(
      await run('stated', ['ALTER TABLE public.guests ALTER name TYPE varchar(9)'], {
        undo: ['ALTER TABLE public.guests ALTER name TYPE text'],
        rewrites: true,
      }),
    ).toBe('completed');
  });
});

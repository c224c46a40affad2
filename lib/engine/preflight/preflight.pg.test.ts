import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toTransitionSpec, transitionFileSchema } from '@/lib/core/operation';
import type { Plan } from '@/lib/core/plan';
import type { Direction } from '@/lib/core/rollout';
import { move, mustMove } from '@/test/lifecycle/move';
import { createTestDatabase, type TestDatabase } from '@/test/postgres/test-database';
import { FEWER_MAJORS } from '@/test/postgres/test-majors';
import { planTransition } from '../plan-transition';
import { fixPlan, requireRollout } from '../rollouts';
import { openTarget, type Target } from '../target';
import { runPreflight } from './run-preflight';

describe.each(FEWER_MAJORS)('what a phase will meet outside the plan, on PostgreSQL %i', (major) => {
  let database: TestDatabase;
  let target: Target;
  let sql: postgres.Sql;
  let plan: Plan;
  let rolloutId: string;

  beforeAll(async () => {
    database = await createTestDatabase({
      major,
      setup: `CREATE TABLE items (id bigint PRIMARY KEY, name text);
        CREATE INDEX items_name_idx ON items (name);
        INSERT INTO items SELECT g, 'name ' || g FROM generate_series(1, 100) g`,
    });
    target = openTarget({ url: database.owner.url });
    sql = postgres(database.superuserUrl, { max: 4, onnotice: () => undefined });
    const spec = transitionFileSchema.parse({
      name: 'preflight',
      operations: [{ rename_column: { table: 'items', from: 'name', to: 'full_name' } }],
    });
    plan = await planTransition(target, toTransitionSpec(spec));
    rolloutId = (await fixPlan(target, { plan, managedBy: null })).id;
  });
  afterAll(async () => {
    await Promise.all([target.close(), sql.end({ timeout: 2 })]);
    await database.drop();
  });

  const ask = async (number: number, who: Target = target, direction: Direction = 'forward') => {
    const phase = plan.phases[number - 1];
    if (phase === undefined) throw new Error(`no phase ${number}`);
    return runPreflight(who, { rolloutId, plan, phase, direction });
  };
  const found = async (number: number, id: string, direction?: Direction) =>
    (await ask(number, target, direction)).find((check) => check.id === `preflight.${id}`);

  it('nothing, where there is nothing but room', async () => {
    expect(await ask(1)).toEqual([]);
    expect((await ask(2)).map(({ id, outcome }) => `${id} ${outcome}`)).toEqual(['preflight.disk pass']);
    expect((await found(2, 'disk'))?.summary).toMatch(/^Needs at most about/);
  });

  it('a prepared transaction stops it', async () => {
    const session = await sql.reserve();
    await session`BEGIN`;
    await session`LOCK TABLE items IN ACCESS SHARE MODE`;
    await session`PREPARE TRANSACTION 'forgotten'`;
    session.release();
    expect(await found(1, 'prepared')).toMatchObject({
      outcome: 'fail',
      summary: expect.stringContaining('forgotten'),
    });
    expect(await move(target, rolloutId, 'forward')).toMatchObject({
      kind: 'failed',
      error: { code: 'check_failed', message: expect.stringContaining('forgotten') },
    });
    await sql`ROLLBACK PREPARED 'forgotten'`;
  });

  it('a queue for the table and an index that others left are pointed out', async () => {
    const holder = await sql.reserve();
    const waiter = await sql.reserve();
    await holder`BEGIN`;
    await holder`LOCK TABLE items IN SHARE MODE`;
    await waiter`BEGIN`;
    const waiting = waiter`LOCK TABLE items IN ACCESS EXCLUSIVE MODE`.execute();
    await expect.poll(async () => (await found(1, 'queue'))?.outcome).toBe('warning');
    await holder`ROLLBACK`;
    await waiting;
    await waiter`ROLLBACK`;
    holder.release();
    waiter.release();
    await sql`CREATE INDEX items_name_idx_ccnew ON items (lower(name))`;
    expect(await found(1, 'invalid_indexes')).toMatchObject({
      outcome: 'warning',
      evidence: [{ index: 'items_name_idx_ccnew', drop: expect.stringContaining('DROP INDEX CONCURRENTLY') }],
    });
    await sql`DROP INDEX items_name_idx_ccnew`;
  });

  it('a name that the phase gives and something else bears stops it', async () => {
    const name = plan.phases.flatMap(({ steps }) => steps.flatMap((step) => step.index?.name ?? []))[0] ?? '';
    await sql.unsafe(`CREATE SEQUENCE public."${name}"`);
    expect(await found(2, 'names')).toMatchObject({
      outcome: 'fail',
      summary: expect.stringContaining(name),
    });
    await sql.unsafe(`DROP SEQUENCE public."${name}"`);
    expect(await found(2, 'names')).toBeUndefined();
  });

  it('a publication of every column asks a person; one with a list does not', async () => {
    await sql`CREATE PUBLICATION everything FOR TABLE items`;
    expect(await found(1, 'publications')).toMatchObject({
      outcome: 'inconclusive',
      evidence: [{ publication: 'everything', table: 'public.items', columns: 'all, new ones too' }],
    });
    expect(await move(target, rolloutId, 'forward')).toMatchObject({
      kind: 'failed',
      error: { code: 'check_inconclusive' },
    });
    expect(await mustMove(target, rolloutId, 'forward', { acknowledged: ['preflight.publications'] })).toBe(
      1,
    );
    // On the way back too: the column bears another name for a moment.
    expect(await move(target, rolloutId, 'back')).toMatchObject({
      kind: 'failed',
      error: { code: 'check_inconclusive', message: expect.stringMatching(/"full_name" as "segue_\w+"/) },
    });
    expect(await mustMove(target, rolloutId, 'back', { acknowledged: ['preflight.publications'] })).toBe(0);
    await sql`DROP PUBLICATION everything`;
    if (major >= 15) {
      await sql`CREATE PUBLICATION listed_columns FOR TABLE items (id, name)`;
      expect(await found(1, 'publications')).toMatchObject({
        outcome: 'pass',
        evidence: [{ columns: 'id, name' }],
      });
      await sql`DROP PUBLICATION listed_columns`;
    }
  });

  it('on the way back as well: what stands in the way stops it, and nothing has changed', async () => {
    const positions = [1, 2, 3, 4];
    for (const position of positions) expect(await mustMove(target, rolloutId, 'forward')).toBe(position);
    expect(await ask(4, target, 'back')).toEqual([]);
    await sql`ALTER TABLE items ADD COLUMN name text`;
    expect(await found(4, 'names', 'back')).toMatchObject({
      outcome: 'fail',
      summary: expect.stringContaining('name is taken by a column of'),
    });
    expect(await move(target, rolloutId, 'back')).toMatchObject({
      kind: 'failed',
      error: { code: 'check_failed', message: expect.stringContaining('name is taken') },
    });
    expect(await requireRollout(target, { id: rolloutId })).toMatchObject({
      position: 4,
      activity: 'idle',
      direction: null,
    });
    await sql`ALTER TABLE items DROP COLUMN name`;
    const session = await sql.reserve();
    await session`BEGIN`;
    await session`LOCK TABLE items IN ACCESS SHARE MODE`;
    await session`PREPARE TRANSACTION 'forgotten'`;
    session.release();
    expect(await move(target, rolloutId, 'back')).toMatchObject({
      error: { code: 'check_failed', message: expect.stringContaining('forgotten') },
    });
    await sql`ROLLBACK PREPARED 'forgotten'`;
    for (const position of [3, 2, 1, 0]) expect(await mustMove(target, rolloutId, 'back')).toBe(position);
  });
});

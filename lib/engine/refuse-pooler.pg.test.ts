import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { toTransitionSpec, transitionFileSchema } from '@/lib/core/operation';
import { ACTOR, finish, mustMove } from '@/test/lifecycle/move';
import { type FakePooler, startFakePooler } from '@/test/postgres/fake-pooler';
import { createTestDatabase, type TestDatabase } from '@/test/postgres/test-database';
import { inspectDatabase } from './inspect-database';
import { planTransition } from './plan-transition';
import { settingsScript } from './refuse-pooler';
import { fixPlan, requestMove, requireRollout } from './rollouts';
import { openTarget, type Target } from './target';

describe('a database behind a pooler', () => {
  let database: TestDatabase;
  let owner: postgres.Sql;
  let pooler: FakePooler | null = null;
  const targets: Target[] = [];

  beforeAll(async () => {
    database = await createTestDatabase({ setup: 'CREATE TABLE items (id bigint PRIMARY KEY, name text)' });
    owner = postgres(database.owner.url, { max: 1, onnotice: () => undefined });
  });
  afterEach(async () => {
    await Promise.all(targets.splice(0).map((target) => target.close(0)));
    await pooler?.stop();
    pooler = null;
  });
  afterAll(async () => {
    await owner.end({ timeout: 5 });
    await database.drop();
  });

  const through = async (
    ...how: Parameters<typeof startFakePooler> extends [string, ...infer Rest] ? Rest : never
  ) => {
    pooler = await startFakePooler(database.owner.url, ...how);
    return open(pooler.url);
  };
  const open = (url: string): Target => {
    const target = openTarget({ url });
    targets.push(target);
    return target;
  };
  const fixed = async (name: string) => {
    const target = open(database.owner.url);
    const spec = transitionFileSchema.parse({
      name,
      operations: [{ rename_column: { table: 'items', from: 'name', to: 'full_name' } }],
    });
    const plan = await planTransition(target, toTransitionSpec(spec));
    return fixPlan(target, { plan, managedBy: null });
  };

  it.each([
    ['the session that was free for shortest, as PgBouncer does', { spread: false }],
    ['another session each time', { spread: true }],
    ['the same session always: there is one only', { sessions: 1 }],
  ] as const)('in transaction mode, giving %s: refused with the reason', async (_, options) => {
    const target = await through('transaction', options);
    await expect(inspectDatabase(target)).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('transaction pooler'),
      next: expect.stringContaining('session mode'),
    });
  });

  it('directly, or in session mode with the settings given to the role: accepted', async () => {
    const session = await through('session', { sessions: 8 });
    const before = await inspectDatabase(session);
    expect(before.problems).toContainEqual(
      expect.objectContaining({ severity: 'error', message: expect.stringContaining('lock_timeout') }),
    );
    await owner.unsafe(settingsScript(database.owner.name));
    await pooler?.stop();
    const again = await through('session', { sessions: 8 });
    const after = await inspectDatabase(again);
    expect(after.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    const { id } = await fixed('by session');
    expect(await mustMove(again, id, 'forward')).toBe(1);
    expect(await mustMove(again, id, 'back')).toBe(0);
    await owner.unsafe(`ALTER ROLE "${database.owner.name}" RESET ALL`);
    expect(
      (await inspectDatabase(open(database.owner.url))).problems.filter(
        ({ severity }) => severity === 'error',
      ),
    ).toEqual([]);
  });

  it.each([
    ['transaction', 'transaction pooler'],
    ['session', 'drops settings of Segue’s sessions'],
  ] as const)(
    'in %s mode, set before it since it was added: the move stops before anything is done, and says why',
    async (mode, why) => {
      const { id, version } = await fixed(`by ${mode}`);
      const target = await through(mode, { sessions: 8 });
      await requestMove(target, {
        rolloutId: id,
        direction: 'forward',
        expectedVersion: version,
        actor: ACTOR,
      });
      expect(await finish(target, { rolloutId: id, owner: 'test' })).toMatchObject({
        kind: 'failed',
        error: { code: 'unsupported', message: expect.stringContaining(why) },
      });
      expect(await requireRollout(open(database.owner.url), { id })).toMatchObject({
        position: 0,
        activity: 'idle',
      });
      expect(
        await owner`SELECT 1 FROM information_schema.columns WHERE column_name = 'full_name'`,
      ).toHaveLength(0);
    },
  );
});

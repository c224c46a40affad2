import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toTransitionSpec, transitionFileSchema } from '@/lib/core/operation';
import { Random } from '@/lib/core/random';
import type { Direction } from '@/lib/core/rollout';
import { dumpCatalog, segueLeftovers } from '@/test/lifecycle/catalog-dump';
import { EVERY_OPERATION, everyOperationSetup } from '@/test/lifecycle/every-operation';
import { ACTOR, finish } from '@/test/lifecycle/move';
import { createTestDatabase, TEST_MAJORS, type TestDatabase } from '@/test/postgres/test-database';
import { planTransition } from './plan-transition';
import { fixPlan, requestMove, requireRollout } from './rollouts';
import type { MoveEvent, MoveOutcome } from './run-move';
import { openTarget, type Target } from './target';

const ROWS = 1000;
const FULL = process.env.SEGUE_TEST_FULL === '1';
/** The short run divides the two ways of cutting between its majors. */
const [RANDOMLY = 15, EVERYWHERE = 18] = TEST_MAJORS;
const OLD_COLUMNS = 'id, name, email, region, fax, price, code';

describe.each(TEST_MAJORS)('a connection that is cut, on PostgreSQL %i', (major) => {
  let database: TestDatabase;
  let superuser: postgres.Sql;
  let target: Target;
  let rolloutId: string;

  beforeAll(async () => {
    database = await createTestDatabase({ major, setup: everyOperationSetup(ROWS) });
    superuser = postgres(database.superuserUrl, { max: 2, onnotice: () => undefined });
    target = openTarget({ url: database.owner.url, applicationName: 'segue test' });
    const spec = transitionFileSchema.parse({ name: 'every operation', operations: EVERY_OPERATION });
    const plan = await planTransition(target, toTransitionSpec(spec));
    rolloutId = (await fixPlan(target, { plan, managedBy: null, settings: { batchRows: 300 } })).id;
  });
  afterAll(async () => {
    await Promise.all([target.close(), superuser.end({ timeout: 5 })]);
    await database.drop();
  });

  /** Ends every session that works under the lease, as a network or an administrator would. */
  const cut = () =>
    superuser`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE ${`segue ${rolloutId}%`}`;

  const start = async (direction: Direction) => {
    const { version } = await requireRollout(target, { id: rolloutId });
    await requestMove(target, {
      rolloutId,
      direction,
      expectedVersion: version,
      actor: ACTOR,
      acknowledged: ['*'],
      waivesRetention: true,
    });
  };

  /** Works on until the move is done, however often it is thrown out. Returns how often. */
  const persist = async (onEvent: (event: MoveEvent) => Promise<void>): Promise<number> => {
    for (let tries = 0; ; tries += 1) {
      let outcome: MoveOutcome;
      try {
        outcome = await finish(target, { rolloutId, owner: 'test', onEvent });
      } catch (error) {
        expect(error).toMatchObject({ code: expect.stringMatching(/^(connection_failed|lease_lost)$/) });
        if (tries > 500) throw error;
        continue;
      }
      expect(outcome).toMatchObject({ kind: 'completed' });
      return tries;
    }
  };

  const oldRows = async () =>
    (
      await superuser.unsafe(
        `SELECT md5(string_agg(md5((${OLD_COLUMNS})::text), '' ORDER BY id)) AS sum FROM customers`,
      )
    )[0]?.sum;

  const positions = [1, 2, 3, 4];
  const visited = new Map<number, string[]>();

  const arrive = async (position: number) => {
    const dump = await dumpCatalog(superuser);
    const first = visited.get(position);
    if (first === undefined) visited.set(position, dump);
    else expect(dump).toEqual(first);
    expect((await requireRollout(target, { id: rolloutId })).position).toBe(position);
  };

  if (FULL || major === EVERYWHERE)
    it('at every event of every phase, forward and back: the next try goes on, and the schema is right', async () => {
      const before = await oldRows();
      await arrive(0);
      const killedAt = new Set<string>();
      const killOnce = (label: string) => async (event: MoveEvent) => {
        const signature = JSON.stringify([
          label,
          event.type,
          event.stepId,
          event.direction,
          (event.check as { id?: string })?.id,
        ]);
        if (killedAt.has(signature)) return;
        killedAt.add(signature);
        await cut();
      };
      for (const position of positions) {
        await start('forward');
        await persist(killOnce(`forward ${position}`));
        await arrive(position);
      }
      for (const position of [...positions].reverse()) {
        await start('back');
        await persist(killOnce(`back ${position}`));
        await arrive(position - 1);
      }
      expect(await oldRows()).toBe(before);
      expect(killedAt.size).toBeGreaterThan(100);
    });

  if (FULL || major === RANDOMLY)
    it('at random moments, there, back and to the end', async () => {
      const random = new Random(major);
      let cuts = 0;
      const harass = async (work: () => Promise<void>) => {
        let over = false;
        const done = work().finally(() => {
          over = true;
        });
        for (let patience = 20; !over && patience > 0; patience -= 1) {
          await new Promise((resolve) => setTimeout(resolve, 5 + random.below(120)));
          if (!over && (await cut()).length > 0) cuts += 1;
        }
        await done;
      };
      const go = (direction: Direction) =>
        harass(async () => {
          await start(direction);
          await persist(async () => undefined);
        });
      await arrive(0);
      for (const position of positions) {
        await go('forward');
        await arrive(position);
      }
      await go('back');
      await arrive(3);
      await go('forward');
      await arrive(4);
      await go('forward');
      expect((await requireRollout(target, { id: rolloutId })).ended).toBe('done');
      expect(await segueLeftovers(superuser)).toEqual([]);
      expect(cuts).toBeGreaterThan(0);
      const [row] = await superuser`
      SELECT count(*)::int AS rows, count(*) FILTER (WHERE full_name = 'name ' || id AND mail = 'c' || id || '@example.com' AND area = id % 10
        AND price_decimal = id / 100.0 AND code_number = id AND country IN ('CH', 'US') AND token IS NOT NULL AND tier = 'free')::int AS whole FROM customers`;
      expect(row).toEqual({ rows: ROWS, whole: ROWS });
    });
});

import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toTransitionSpec, transitionFileSchema } from '@/lib/core/operation';
import type { Direction } from '@/lib/core/rollout';
import { EARLIER_KINDS } from '@/test/fixtures/earlier-kinds';
import { type Earlier, openEarlier } from '@/test/fixtures/open-earlier';
import { dumpCatalog, segueLeftovers } from '@/test/lifecycle/catalog-dump';
import { finish, mustMove } from '@/test/lifecycle/move';
import { driftOf } from './binding';
import { planTransition } from './plan-transition';
import { fixPlan, requireRollout } from './rollouts';
import type { Target } from './target';

/**
 * Rollouts that an earlier commit of Segue began, each in the middle of a phase, after Sync or later. Beside each kind stands a table
 * that nobody had begun with: back at the start they are equal, and when this commit has brought both to their end they are again.
 */

const BEGUN = ['1', '2', '3'];

describe('rollouts of other operations that commit 4f598e5 began', () => {
  let earlier: Earlier;
  let superuser: postgres.Sql;
  let target: Target;

  beforeAll(async () => {
    earlier = await openEarlier('4f598e5');
    ({ superuser, target } = earlier);
  });
  afterAll(() => earlier.close());

  const go = async (name: string, direction: Direction, to: (last: number) => number) => {
    for (;;) {
      const { id, position, plan } = await requireRollout(target, { name });
      if (position === to(plan.phases.length)) return;
      await mustMove(target, id, direction, { acknowledged: ['*'] });
      expect(await driftOf(target, id), `${name} at ${position}, then ${direction}`).toEqual([]);
    }
  };
  /** Schema and rows of the table of that name, and of what stands beside it, without the name. */
  const looksOf = async (name: string) => {
    const neutral = (text: string) => text.replaceAll(name, 'it');
    const lines = (await dumpCatalog(superuser)).filter((line) => line.includes(name));
    const tables = await superuser<{ table: string }[]>`
      SELECT oid::regclass::text AS table FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND starts_with(relname, ${name}) ORDER BY 1`;
    const rows: string[] = [];
    for (const { table } of tables) {
      const found = await superuser.unsafe<{ row: object }[]>(`SELECT to_jsonb(t) AS row FROM ${table} t`);
      for (const { row } of found)
        rows.push(`${table} ${JSON.stringify(Object.fromEntries(Object.entries(row).sort()))}`);
    }
    return { catalog: lines.map(neutral).sort(), rows: rows.map(neutral).sort() };
  };

  it.each(EARLIER_KINDS.map((each) => [each.kind, each] as const))(
    '%s: finishes, goes back to the start, and forward to the end',
    async (kind, { setup, operation }) => {
      const fresh = `${kind}_fresh`;
      const owner = postgres(earlier.ownerUrl, { max: 1, onnotice: () => undefined });
      await owner.unsafe(`${setup(fresh)} ANALYZE;`);
      await owner.end();
      const start = await looksOf(fresh);
      for (const name of BEGUN.map((number) => `${kind}_${number}`)) {
        const { id, movingPhase } = await requireRollout(target, { name });
        if (movingPhase !== null)
          expect(await finish(target, { rolloutId: id, owner: 'later' })).toMatchObject({
            kind: 'completed',
          });
        await go(name, 'back', () => 0);
        expect(await looksOf(name), `${name} at the start`).toEqual(start);
      }
      const spec = transitionFileSchema.parse({ name: fresh, operations: [operation(fresh)] });
      const plan = await planTransition(target, toTransitionSpec(spec));
      await fixPlan(target, { plan, managedBy: null });
      await go(fresh, 'forward', (last) => last);
      const end = await looksOf(fresh);
      for (const name of BEGUN.map((number) => `${kind}_${number}`)) {
        await go(name, 'forward', (last) => last);
        expect(await looksOf(name), `${name} at the end`).toEqual(end);
      }
    },
  );

  it('nothing of any is left', async () => {
    expect(await segueLeftovers(superuser)).toEqual([]);
  });
});

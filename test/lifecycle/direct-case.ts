import postgres from 'postgres';
import { expect } from 'vitest';
import { type TransitionFile, toTransitionSpec, transitionFileSchema } from '@/lib/core/operation';
import type { PhaseKind, Plan } from '@/lib/core/plan';
import { readFacts } from '@/lib/engine/binding';
import { planTransition } from '@/lib/engine/plan-transition';
import { fixPlan } from '@/lib/engine/rollouts';
import { openTarget } from '@/lib/engine/target';
import type { Major } from '@/lib/postgres/binaries';
import { createTestDatabase } from '../postgres/test-database';
import { dumpCatalog, segueLeftovers } from './catalog-dump';
import { mustMove } from './move';

const FULL = process.env.SEGUE_TEST_FULL === '1';

/** One transition without traffic. */
export interface DirectCase {
  readonly name: string;
  /** Not left to the full run. */
  readonly always?: true;
  readonly setup: string;
  readonly operations: TransitionFile['operations'];
  /** PostgreSQL major from which on it can be done. */
  readonly since?: number;
  /** Query whose answer says that it was done; asked at the end. */
  readonly done: string;
  /** The phases that it takes, where that is to be said. */
  readonly phases?: readonly PhaseKind[];
  /** The same, asked when the way back has come to the start. */
  readonly wayBackDone?: string;
  /** SQL that the owner runs at a position, as an application would. */
  readonly atPosition?: Readonly<Record<number, string>>;
  /** What stays in the database by design after the end. */
  readonly leftovers?: readonly string[];
  /** Lines of the catalog that differ after the way back, as the plan says. */
  readonly stays?: RegExp;
  /** What it made is kept aside on the way back, because it holds something. */
  readonly keeps?: boolean;
}

/** Forward (in the full run each phase also back and forward again), all the way back, forward to the end; every arrival is held against the first. */
export async function thereAndBack(major: Major, direct: DirectCase): Promise<Plan> {
  const database = await createTestDatabase({ major });
  const owner = postgres(database.owner.url, { max: 1, onnotice: () => undefined });
  const superuser = postgres(database.superuserUrl, { max: 1, onnotice: () => undefined });
  const target = openTarget({ url: database.owner.url, applicationName: 'segue test' });
  try {
    await owner.unsafe(direct.setup.replaceAll(':app', `"${database.apps[0]?.name ?? ''}"`));
    const file = transitionFileSchema.parse({ name: 'direct', operations: direct.operations });
    const plan = await planTransition(target, toTransitionSpec(file));
    if (direct.phases !== undefined) expect(plan.phases.map(({ kind }) => kind)).toEqual(direct.phases);
    const { id } = await fixPlan(target, { plan, managedBy: null });
    const visited = new Map<number, { readonly facts: string[]; readonly dump: string[] }>();
    const arrive = async (position: number) => {
      const seen = {
        facts: await readFacts(target, plan.tables),
        dump: (await dumpCatalog(superuser)).filter((line) => direct.stays?.test(line) !== true),
      };
      const first = visited.get(position);
      if (first === undefined) visited.set(position, seen);
      else if (direct.keeps !== true || position > 0) {
        expect(seen.facts, `facts at position ${position}`).toEqual(first.facts);
        expect(seen.dump, `catalog at position ${position}`).toEqual(first.dump);
      }
      const sql = direct.atPosition?.[position];
      if (sql !== undefined) await owner.unsafe(sql);
    };
    const last = plan.phases.length;
    const turn = plan.phases.at(-1)?.kind === 'purge' ? last - 1 : last;
    let position = 0;
    const go = async (direction: 'forward' | 'back') => {
      position = await mustMove(target, id, direction, { acknowledged: ['*'] });
      await arrive(position);
    };
    await arrive(0);
    for (let phase = 1; phase <= turn; phase += 1) {
      await go('forward');
      if (!FULL) continue;
      await go('back');
      await go('forward');
    }
    while (position > 0) await go('back');
    if (direct.wayBackDone !== undefined) await expectTrue(superuser, direct.wayBackDone);
    while (position < last) await go('forward');
    await expectTrue(superuser, direct.done);
    expect(await segueLeftovers(superuser)).toEqual(direct.leftovers ?? []);
    return plan;
  } finally {
    await Promise.all([owner.end({ timeout: 5 }), superuser.end({ timeout: 5 }), target.close()]);
    await database.drop();
  }
}

async function expectTrue(sql: postgres.Sql, query: string): Promise<void> {
  const [answer] = await sql.unsafe(query);
  expect(Object.values(answer ?? {})[0], query).toBe(true);
}

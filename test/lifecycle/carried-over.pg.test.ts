import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toTransitionSpec, transitionFileSchema } from '@/lib/core/operation';
import { planTransition } from '@/lib/engine/plan-transition';
import { fixPlan } from '@/lib/engine/rollouts';
import { openTarget, type Target } from '@/lib/engine/target';
import { createTestDatabase, type TestDatabase } from '../postgres/test-database';
import { FEWER_MAJORS } from '../postgres/test-majors';
import { CARRIED_CASES, type CarriedCase } from './carried-cases';
import { dumpCatalog, segueLeftovers } from './catalog-dump';
import { mustMove } from './move';

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Without the schema's name, and without the names that Segue gives after a column of another name. */
function comparable(dump: readonly string[], schema: string, renamed: readonly string[]): string[] {
  return dump
    .filter((line) => !/^relation [iI] /.test(line))
    .map((line) => line.replaceAll(`${schema}.`, ''))
    .map((line) =>
      renamed.some((column) => new RegExp(`\\(.*${escaped(column.replaceAll('"', '""'))}`).test(line))
        ? line
            .replace(/^(index CREATE (?:UNIQUE )?INDEX )(?:"(?:[^"]|"")+"|\S+)/, '$1…')
            .replace(/^(constraint \S+ )(?:"(?:[^"]|"")+"|\S+)/, '$1…')
        : line.replace(
            new RegExp(
              `^(constraint \\S+ )(?:"(?:[^"]|"")+"|\\S+) (NOT NULL "?(${renamed.map(escaped).join('|') || '-'})"? )`,
            ),
            '$1… $2',
          ),
    )
    .sort();
}

describe.each(FEWER_MAJORS)('what hangs on a column is there afterwards, on PostgreSQL %i', (major) => {
  let database: TestDatabase;
  let owner: postgres.Sql;
  let superuser: postgres.Sql;
  let target: Target;

  beforeAll(async () => {
    database = await createTestDatabase({ major });
    owner = postgres(database.owner.url, { max: 1, onnotice: () => undefined });
    superuser = postgres(database.superuserUrl, { max: 1, onnotice: () => undefined });
    target = openTarget({ url: database.owner.url });
  });
  afterAll(async () => {
    await Promise.all([owner.end({ timeout: 5 }), superuser.end({ timeout: 5 }), target.close()]);
    await database.drop();
  });

  const run = (schema: string, sql: string) =>
    owner.unsafe(
      `SET search_path = ${schema}; ${sql.replaceAll(':app', `"${database.apps[0]?.name ?? ''}"`)}; SET search_path = public`,
    );

  const journey = async ({ name, setup, operations, plain, renamed }: CarriedCase) => {
    for (const schema of ['segued', 'plain']) {
      await owner.unsafe(`DROP SCHEMA IF EXISTS ${schema} CASCADE; CREATE SCHEMA ${schema}`);
      await run(schema, setup);
    }
    const before = await dumpCatalog(superuser, 'segued');
    const spec = toTransitionSpec(
      transitionFileSchema.parse({
        name: `carried ${CARRIED_CASES.findIndex((each) => each.name === name)}`,
        operations,
      }),
    );
    const plan = await planTransition(target, spec);
    const { id } = await fixPlan(target, { plan, managedBy: null });
    const go = (direction: 'forward' | 'back') => mustMove(target, id, direction, { acknowledged: ['*'] });
    const last = plan.phases.length;
    for (let phase = 1; phase < last; phase += 1) await go('forward');
    for (let phase = 1; phase < last; phase += 1) await go('back');
    expect(await dumpCatalog(superuser, 'segued'), 'after the way back').toEqual(before);
    for (let phase = 1; phase <= last; phase += 1) await go('forward');
    await run('plain', plain);
    expect(comparable(await dumpCatalog(superuser, 'segued'), 'segued', renamed)).toEqual(
      comparable(await dumpCatalog(superuser, 'plain'), 'plain', renamed),
    );
    expect(await segueLeftovers(superuser)).toEqual([]);
  };

  const cases = CARRIED_CASES.filter(
    ({ since = 0, always = false }) => since <= major && (always || process.env.SEGUE_TEST_FULL === '1'),
  );
  it.each(cases)('$name', journey);
});
